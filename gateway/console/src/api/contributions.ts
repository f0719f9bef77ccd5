import { queryOptions } from '@tanstack/react-query';
import type { Dimension } from './catalogue';
import { parameters, type Question } from './indicators';
import { getOrNull } from './optional';

interface Sides {
  difference: number;
  /** For rates: because the parts' weights changed, because their rates did, and both at once. */
  mix: number | null;
  rate: number | null;
  cross: number | null;
  numerator: number;
  denominator: number | null;
  baseNumerator: number;
  baseDenominator: number | null;
}

/** One part of a change: a code of each dimension it was split by. */
export type Contribution = Sides & Partial<Record<Dimension, string | null>>;

/** What a change comes from; contributions and rest add up to the difference. */
export interface Contributions {
  from: string;
  to: string;
  baseFrom: string;
  baseTo: string;
  by: Dimension[];
  value: number | null;
  baseValue: number | null;
  difference: number | null;
  contributions: Contribution[];
  rest: (Sides & { parts: number }) | null;
}

export function contributionsQuery(indicator: string, question: Question, top: number) {
  const query = { ...parameters(question), top: String(top) } as Record<string, string>;
  return queryOptions({
    queryKey: ['figures', indicator, 'contributions', query],
    queryFn: ({ signal }) => getOrNull<Contributions>(`/api/v1/kpi/indicators/${encodeURIComponent(indicator)}/contributions`, query, signal),
    staleTime: 30_000,
  });
}
