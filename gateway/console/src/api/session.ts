import { queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError, client, unwrap } from './client';
import type { components } from './generated/access';

export type Role = 'manager' | 'agent' | 'supervisor' | 'interviewer' | 'sre' | 'admin' | 'portal';
export type Session = components['schemas']['SessionView'];

/** An account of the demo operator that one may try without a password. */
export type DemoAccount = components['schemas']['DemoAccount'];
export type SignIn = components['schemas']['SignInView'];

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  // Never given up: everything waits for it, whoever has asked first.
  queryFn: async (): Promise<Session | null> => {
    try {
      return await unwrap(client.GET('/api/v1/session'));
    } catch (fault) {
      if (fault instanceof ApiError && fault.status === 401) return null;
      throw fault;
    }
  },
  staleTime: 5 * 60_000,
});

export const signInQuery = queryOptions({
  queryKey: ['sign-in'],
  queryFn: ({ signal }): Promise<SignIn> => unwrap(client.GET('/api/v1/session/sign-in', { signal })),
});

export function signIn(user: string, password: string): Promise<Session> {
  return unwrap(client.POST('/api/v1/session', { body: { user, password } }));
}

/** Only while the demo operator is there. */
export function signInToDemo(user: string): Promise<Session> {
  return unwrap(client.POST('/api/v1/session', { body: { user: '', password: '', demo: user } }));
}

export async function signOut(): Promise<void> {
  await unwrap(client.DELETE('/api/v1/session'));
}

export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

/** Whether the signed-in person has one of the roles. */
export function useMay(...roles: Role[]): boolean {
  const session = useSession();
  return session?.roles.some((role) => (roles as string[]).includes(role)) ?? false;
}
