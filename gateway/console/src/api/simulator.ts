import { queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError, client, unwrap } from './client';

/** The demo operator's traffic, as GET /api/v1/simulator tells it. */
export interface Simulator {
  demo: boolean;
  state: 'loading' | 'running' | 'paused' | 'removed' | 'off';
  /** 0 to 1, of the history that is being written. */
  progress: number;
  from: string;
  to: string;
  events: number;
  speed: number;
}

type Loose = Record<'GET' | 'POST' | 'DELETE', (path: string, init?: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>>;
const loose = client as unknown as Loose;

export const simulatorQuery = queryOptions({
  queryKey: ['simulator'],
  queryFn: async ({ signal }): Promise<Simulator | null> => {
    try {
      return (await unwrap(loose.GET('/api/v1/simulator', { signal }))) as Simulator;
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 404) return null;
      throw fault;
    }
  },
  staleTime: 60_000,
});

export function useSimulator(): Simulator | null {
  return useQuery(simulatorQuery).data ?? null;
}

export async function removeDemo(): Promise<void> {
  await unwrap(loose.DELETE('/api/v1/simulator/demo'));
}

export async function setPaused(paused: boolean): Promise<void> {
  await unwrap(loose.POST(`/api/v1/simulator/${paused ? 'pause' : 'resume'}`));
}
