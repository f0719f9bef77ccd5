import { infiniteQueryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/access';
import type { Role } from './session';

export type ApiKey = NonNullable<components['schemas']['ApiKey']>;
export type ShownKey = components['schemas']['ShownKey'];

export interface NewKey {
  name: string;
  roles: readonly Role[];
  regions: readonly string[];
  source?: string;
  expiresAt?: string;
}

export const keysQuery = infiniteQueryOptions({
  queryKey: ['keys'],
  queryFn: ({ pageParam, signal }) =>
    unwrap(client.GET('/api/v1/access/keys', { params: { query: { limit: 200, cursor: pageParam ?? undefined } }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  staleTime: 30_000,
});

/** The answer is the only time its secret is shown. */
export function createKey(key: NewKey): Promise<ShownKey> {
  return unwrap(client.POST('/api/v1/access/keys', { body: key as never })) as Promise<ShownKey>;
}

/** A new secret; the old one works for the seconds of grace. */
export function rotateKey(id: string, graceSeconds: number): Promise<ShownKey> {
  const body = { graceSeconds } as never;
  return unwrap(client.POST('/api/v1/access/keys/{id}/rotate', { params: { path: { id } }, body })) as Promise<ShownKey>;
}

export async function revokeKey(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/access/keys/{id}', { params: { path: { id } } }));
}
