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

export interface CadenceInput {
  cadence: 'stream' | 'daily';
  maxSilenceMinutes?: number;
  /** HH:mm in the operator's zone, by which the day before has come. */
  by?: string;
  /** From this day on nothing is expected any more. */
  ends?: string;
}

export async function setFeed(source: string, channel: string, cadence: CadenceInput): Promise<void> {
  await unwrap(client.PUT('/api/v1/kpi/feeds/{source}/{channel}', { params: { path: { source, channel } }, body: cadence as never }));
}
