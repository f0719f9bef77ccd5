import { queryOptions, useQuery } from '@tanstack/react-query';
import { dayIn } from '@/filters/period';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';
import { type Role, useSession } from './session';

/** The operator's zone and day; everything accepted up to `asOf` is counted. */
export type Operator = components['schemas']['ClockBody'];

export const operatorQuery = queryOptions({
  queryKey: ['figures', 'operator'],
  queryFn: ({ signal }): Promise<Operator> => unwrap(client.GET('/api/v1/kpi/clock', { signal })),
  staleTime: 30_000,
  // The clock goes on where nothing happens, too.
  refetchInterval: 60_000,
});

/** Who may ask for it. */
export const CLOCK_READERS: readonly Role[] = ['manager', 'supervisor', 'sre', 'admin'];

export function useOperator(): Operator | undefined {
  const session = useSession();
  const may = !session || CLOCK_READERS.some((role) => session.roles.includes(role));
  return useQuery({ ...operatorQuery, enabled: may }).data;
}

const OF_BROWSER = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The operator's zone; for whoever may not ask for it the browser's. */
export function useZone(): string {
  return useOperator()?.timeZone ?? OF_BROWSER;
}

const LOADED = dayIn(Date.now(), 'UTC');

/** Before the operator's zone is known, the day by the browser's clock. */
export function useToday(): string {
  return useOperator()?.today ?? LOADED;
}

/** Whether it is known which day it is; where the question failed, the browser's day has to do, and every panel says what it lacks. */
export function useReady(): boolean {
  return !useQuery(operatorQuery).isPending;
}
