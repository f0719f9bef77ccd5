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

/** Who may ask for figures, warnings and the operator's clock. */
const FIGURE_READERS: ReadonlySet<string> = new Set(['manager', 'supervisor', 'sre', 'admin']);

export function readsFigures(session: Session): boolean {
  return session.roles.some((role) => FIGURE_READERS.has(role));
}

/** Whether what is about figures may be asked for; true as long as nobody is known. */
export function useReadsFigures(): boolean {
  const session = useSession();
  return session === null || readsFigures(session);
}

/** Whether the signed-in person has one of the roles. */
export function useMay(...roles: Role[]): boolean {
  const session = useSession();
  return session?.roles.some((role) => (roles as string[]).includes(role)) ?? false;
}
