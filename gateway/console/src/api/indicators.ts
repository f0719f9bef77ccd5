import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Unit } from '@/format/format';
import type { Names } from '@/i18n/messages';
import { addDays } from '@/filters/period';
import { client, given, unwrap } from './client';
import type { components } from './generated/kpi';
import type { Dimension } from './catalogue';

type Schemas = components['schemas'];

/** What an indicator is: its formula, unit, direction and 口径. */
export type Definition = Omit<Schemas['Definition'], 'names' | 'statement' | 'unit' | 'direction' | 'dimensions'> & {
  names: Names;
  statement: Names;
  unit: Unit;
  direction: 'up' | 'down' | 'none';
  dimensions: Dimension[];
};
export type Values = Schemas['ValuesBody'];
export type Value = Schemas['ValueBody'];
export type Comparison = Schemas['ComparisonBody'];

/** A question for figures: days in the operator's zone, `to` is the day after the last. */
export interface Question {
  from: string;
  to: string;
  grain?: 'total' | 'month' | 'day' | 'hour' | 'minute';
  by?: readonly Dimension[];
  channel?: readonly string[];
  service?: readonly string[];
  region?: readonly string[];
  brand?: readonly string[];
  compare?: string | null;
}

/** Every version of every definition, oldest first. */
export const definitionsQuery = queryOptions({
  queryKey: ['definitions'],
  queryFn: async ({ signal }) => {
    const body = (await unwrap(client.GET('/api/v1/kpi/indicators', { signal }))) as unknown as { indicators: Definition[] };
    return body.indicators;
  },
  staleTime: 10 * 60_000,
});

/** The definitions in force, by id. */
export function useDefinitions(): ReadonlyMap<string, Definition> {
  const { data } = useQuery(definitionsQuery);
  return useMemo(() => new Map((data ?? []).map((definition) => [definition.id, definition])), [data]);
}

export function parameters(question: Question) {
  const list = (codes?: readonly string[]) => codes?.join(',');
  const compare = comparedWith(question.compare);
  return given({
    from: question.from,
    to: question.to,
    grain: question.grain === 'total' ? undefined : question.grain,
    by: list(question.by),
    channel: list(question.channel),
    service: list(question.service),
    region: list(question.region),
    brand: list(question.brand),
    compare,
  });
}

/** People name the last day of a range; the API wants the day after. */
function comparedWith(compare: string | null | undefined): string | undefined {
  if (!compare || compare === 'none') return undefined;
  const [from, last] = compare.split('..');
  return last ? `${from}..${addDays(last, 1)}` : compare;
}

/** Keys that begin with `figures` are asked again when the figures change. */
export function valuesQuery(indicator: string, question: Question) {
  const query = parameters(question);
  return queryOptions({
    queryKey: ['figures', indicator, query],
    queryFn: ({ signal }): Promise<Values> =>
      unwrap(client.GET('/api/v1/kpi/indicators/{id}/values', { params: { path: { id: indicator }, query }, signal })),
    // Told apart by something else, the rows before have no names here.
    placeholderData: (before: Values | undefined, asked) => ((asked?.queryKey[2] as typeof query | undefined)?.by === query.by ? before : undefined),
    staleTime: 30_000,
  });
}

/** The address of the same figures as a file. */
export function fileHref(indicator: string, question: Question, format: 'csv' | 'xlsx'): string {
  const query = new URLSearchParams(parameters(question) as Record<string, string>);
  return `/api/v1/kpi/indicators/${encodeURIComponent(indicator)}/values.${format}?${query}`;
}
