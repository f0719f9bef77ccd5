import { queryOptions } from '@tanstack/react-query';
import type { Names } from '@/i18n/messages';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

export type Holiday = Omit<components['schemas']['Holiday'], 'names'> & { names: Names };

const DAY = 86_400_000;

/** The public holidays that touch a period; `to` is the day after the last. */
export function holidaysQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['holidays', from, to],
    queryFn: async ({ signal }) => {
      const { holidays } = await unwrap(client.GET('/api/v1/kpi/holidays', { params: { query: { from, to } }, signal }));
      return holidays as unknown as Holiday[];
    },
    staleTime: DAY,
  });
}
