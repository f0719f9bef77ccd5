import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/care';

type Schemas = components['schemas'];

export type DutyStatus = 'available' | 'away' | 'off';
export type Duty = Omit<Schemas['DutyBody'], 'status'> & { status: DutyStatus };
export type Agent = Schemas['Agent'];
export type WallQueue = Schemas['WallQueue'];
export type WallAgent = Omit<Schemas['WallAgent'], 'status'> & { status: DutyStatus };
export type Wall = Omit<Schemas['WallBody'], 'agents'> & { agents: WallAgent[] };

/** Whether whoever is signed in takes conversations. */
export const dutyQuery = queryOptions({
  queryKey: ['duty'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/care/desk/duty', { signal }))) as Duty,
  staleTime: 15_000,
});

export async function sayDuty(status: DutyStatus): Promise<Duty> {
  return (await unwrap(client.PUT('/api/v1/care/desk/duty', { body: { status } }))) as Duty;
}

export function useDutyChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: sayDuty,
    // At once: what says again that one is there must not say the old word after the new one.
    onMutate: (status) => queries.setQueryData(dutyQuery.queryKey, (duty) => duty && { ...duty, status }),
    onSuccess: (duty) => queries.setQueryData(dutyQuery.queryKey, duty),
    onError: () => queries.invalidateQueries({ queryKey: dutyQuery.queryKey }),
  });
}

/** Queues, agents and promises as they are now. */
export const wallQuery = queryOptions({
  queryKey: ['wall'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/care/desk/wall', { signal }))) as Wall,
  staleTime: 5_000,
  // A promise is broken by time alone.
  refetchInterval: 15_000,
});

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/care/agents', { signal }))).agents,
  staleTime: 30_000,
});

/** What an agent can be asked about, and how much at a time; refused where somebody else has changed it meanwhile. */
export function useAgentChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ user, skills, capacity, revision }: Agent) =>
      unwrap(
        client.PUT('/api/v1/care/agents/{user}', {
          params: { path: { user } },
          body: { skills, capacity },
          headers: { 'If-Match': `"${revision}"` },
        }),
      ),
    onSettled: () => Promise.all(['agents', 'wall'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
