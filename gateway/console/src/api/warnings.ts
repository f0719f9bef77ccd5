import { queryOptions } from '@tanstack/react-query';
import type { Names } from '@/i18n/messages';
import { getOrNull } from './optional';

export type Severity = 'critical' | 'warning' | 'info';

export interface Warning {
  id: string;
  rule: string;
  severity: Severity;
  indicator: string | null;
  channel: string | null;
  region: string | null;
  source: string | null;
  /** What is behind it: several warnings may share one. */
  cause: string;
  kind: 'below' | 'above' | 'late-feed' | 'no-data' | 'evaluation-failed';
  value: number | null;
  threshold: number | null;
  n: number;
  since: string;
  state: 'new' | 'acknowledged' | 'snoozed' | 'resolved';
  owner: string | null;
  detail: string | null;
  nextStep: Names;
  evidence: { at: string; value: number | null }[];
}

/** Open warnings, the most severe first. */
export const openWarningsQuery = queryOptions({
  queryKey: ['warnings', 'open'],
  queryFn: async ({ signal }) => {
    const body = await getOrNull<{ warnings: Warning[] }>('/api/v1/kpi/warnings', { state: 'open' }, signal);
    return body?.warnings ?? null;
  },
  staleTime: 15_000,
});
