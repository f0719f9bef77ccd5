import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/simulator';

/** The demo operator's traffic. */
export type Simulator = components['schemas']['SimulatorBody'];

export const simulatorQuery = queryOptions({
  queryKey: ['simulator'],
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/simulator', { signal })),
  staleTime: 60_000,
  // While history is written or removed, the banner follows.
  refetchInterval: ({ state }) => (state.data?.state === 'loading' || state.data?.state === 'removing' ? 5_000 : false),
});

/** @param force although events of other sources are lost with it, which have to be imported again. */
export async function removeDemo(force: boolean): Promise<void> {
  await unwrap(client.DELETE('/api/v1/simulator/demo', { params: { query: force ? { force } : {} } }));
}

export async function setPaused(paused: boolean): Promise<void> {
  await unwrap(paused ? client.POST('/api/v1/simulator/pause') : client.POST('/api/v1/simulator/resume'));
}
