import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

export type DeadLetterLine = NonNullable<components['schemas']['DeadLetterLine']>;

export const STATES = ['open', 'replayed', 'resolved'] as const;
export type DeadLetterState = (typeof STATES)[number];

/** Records that could not be read, newest first. */
export function deadLettersQuery(state: DeadLetterState) {
  return infiniteQueryOptions({
    queryKey: ['dead-letters', state],
    queryFn: ({ pageParam, signal }) =>
      unwrap(client.GET('/api/v1/kpi/dead-letters', { params: { query: { state, limit: 50, cursor: pageParam ?? undefined } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 10_000,
    refetchInterval: 30_000,
  });
}

export function deadLetterQuery(id: number) {
  return queryOptions({
    queryKey: ['dead-letters', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/kpi/dead-letters/{id}', { params: { path: { id } }, signal })),
  });
}

/** Sends the record to its topic again. */
export async function replay(id: number): Promise<void> {
  await unwrap(client.POST('/api/v1/kpi/dead-letters/{id}/replay', { params: { path: { id } } }));
}

/** Settles it without sending it again. */
export async function resolve(id: number): Promise<void> {
  await unwrap(client.POST('/api/v1/kpi/dead-letters/{id}/resolve', { params: { path: { id } } }));
}
