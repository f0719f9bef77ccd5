import { queryOptions, useQuery } from '@tanstack/react-query';
import { addDays, dayIn } from '@/filters/period';
import { valuesQuery } from './indicators';

export interface Operator {
  timeZone: string;
  /** Everything accepted up to this instant is counted. */
  asOf: string;
  /** The day in the operator's zone. */
  today: string;
}

/** The operator's zone and clock come with every answer for figures: we ask for one of the smallest. */
export const operatorQuery = queryOptions({
  queryKey: ['figures', 'operator'],
  queryFn: async ({ client: queries }): Promise<Operator> => {
    const utc = dayIn(Date.now(), 'UTC');
    const question = { from: addDays(utc, -1), to: addDays(utc, 2) };
    const { timeZone, asOf } = await queries.fetchQuery({ ...valuesQuery('attempts', question), staleTime: 0 });
    return { timeZone, asOf, today: dayIn(Date.now(), timeZone) };
  },
  staleTime: 30_000,
  // The clock goes on where nothing happens, too.
  refetchInterval: 60_000,
});

export function useOperator(): Operator | undefined {
  return useQuery(operatorQuery).data;
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
