import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';

/** The demo operator's traffic, as GET /api/v1/simulator tells it. */
export interface Simulator {
  demo: boolean;
  state: 'off' | 'loading' | 'running' | 'paused' | 'removing' | 'removed';
  /** 0 to 1, of the history that is being written. */
  progress: number;
  from: string;
  to: string;
  events: number;
  speed: number;
}

/** The simulator is no part of an operator's installation: its routes are in no document that types are generated from. */
type Loose = Record<'GET' | 'POST' | 'DELETE', (path: string, init?: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>>;
const loose = client as unknown as Loose;

export const simulatorQuery = queryOptions({
  queryKey: ['simulator'],
  queryFn: async ({ signal }) => (await unwrap(loose.GET('/api/v1/simulator', { signal }))) as Simulator,
  staleTime: 60_000,
  // While history is written or removed, the banner follows.
  refetchInterval: ({ state }) => (state.data?.state === 'loading' || state.data?.state === 'removing' ? 5_000 : false),
});

export async function removeDemo(): Promise<void> {
  await unwrap(loose.DELETE('/api/v1/simulator/demo'));
}

export async function setPaused(paused: boolean): Promise<void> {
  await unwrap(loose.POST(`/api/v1/simulator/${paused ? 'pause' : 'resume'}`));
}
