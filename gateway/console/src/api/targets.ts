import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Unit } from '@/format/format';
import type { Names } from '@/i18n/messages';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

type Schemas = components['schemas'];

export type Target = Schemas['TargetBody'];
export type TargetChange = Schemas['TargetChangeBody'];
export type TargetImport = Schemas['TargetImportBody'];

/** What a target is for; null is all of them. */
export type TargetKey = Pick<Target, 'indicator' | 'channel' | 'region' | 'month'>;

/** Null takes the target away; with a revision, only if nobody else has changed it (412). */
export interface TargetEdit extends TargetKey {
  value: number | null;
  revision?: number;
}

export type Verdict = 'met' | 'ahead' | 'on-track' | 'at-risk' | 'missed' | 'too-few' | 'no-data';

/** A target of a month and where it stands. */
export type Attained = Omit<Schemas['AttainmentLine'], 'unit' | 'direction' | 'verdict' | 'withheld'> & {
  unit: Unit;
  direction: 'up' | 'down';
  verdict: Verdict;
  withheld: { code: string; text: Names } | null;
};

export type Attainment = Omit<Schemas['AttainmentBody'], 'targets'> & { targets: Attained[] };

/** The targets of a year. */
export function targetsQuery(year: string) {
  return queryOptions({
    queryKey: ['targets', year],
    queryFn: async ({ signal }) => {
      const query = { from: `${year}-01`, to: `${year}-12` };
      return (await unwrap(client.GET('/api/v1/kpi/targets', { params: { query }, signal }))).targets;
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

export function attainmentQuery(month: string) {
  return queryOptions({
    queryKey: ['attainment', month],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/kpi/targets/attainment', { params: { query: { month } }, signal }))) as unknown as Attainment,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

export const targetChangesQuery = infiniteQueryOptions({
  queryKey: ['targets', 'changes'],
  queryFn: ({ pageParam, signal }) =>
    unwrap(client.GET('/api/v1/kpi/targets/changes', { params: { query: { limit: 20, cursor: pageParam ?? undefined } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  staleTime: 30_000,
});

/** All of them or none. */
export async function setTargets(targets: readonly TargetEdit[]): Promise<readonly TargetChange[]> {
  const body = { targets: targets.map((edit) => ({ revision: null, ...edit })) };
  return (await unwrap(client.PUT('/api/v1/kpi/targets', { body }))).changes;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A trial only says what the file would do. */
export function importTargets(file: File, trial: boolean): Promise<TargetImport> {
  const type = /\.xlsx$/i.test(file.name) ? XLSX : 'text/csv';
  return unwrap(
    client.POST('/api/v1/kpi/targets/import', {
      params: { query: { dryRun: String(trial) } },
      headers: { 'Content-Type': type },
      body: file as never,
      bodySerializer: (body) => body as never,
    }),
  );
}
