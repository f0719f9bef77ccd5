import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

export type Feed = components['schemas']['FeedBody'];

export const feedsQuery = queryOptions({
  queryKey: ['feeds'],
  queryFn: async ({ signal }): Promise<Feed[]> => (await unwrap(client.GET('/api/v1/kpi/feeds', { signal }))).feeds,
  staleTime: 30_000,
});

export const rollupsQuery = queryOptions({
  queryKey: ['rollups'],
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/kpi/rollups', { signal })),
  staleTime: 15_000,
});
