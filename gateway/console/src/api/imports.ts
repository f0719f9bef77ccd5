import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

export type Import = components['schemas']['Import'];

/** The newest hundred; asked again while one is under way. */
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/kpi/imports', { signal })),
  staleTime: 10_000,
  refetchInterval: ({ state }) => (state.data?.some((one) => !one.done || one.lag > 0) ? 3_000 : 60_000),
});
