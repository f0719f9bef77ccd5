import type { Role } from '@/api/session';

type Place = { pathname: string; search: URLSearchParams };

/** Something to try once: where it is, and by what address one sees that it was done. */
export interface Step {
  id: 'number' | 'breakdown' | 'year' | 'targets' | 'warnings' | 'data' | 'region';
  to: string;
  done: (place: Place) => boolean;
}

const STEPS: Record<Step['id'], Step> = {
  number: { id: 'number', to: '/explore?i=success-rate', done: ({ pathname, search }) => pathname === '/explore' && search.has('i') },
  breakdown: { id: 'breakdown', to: '/explore?by=channel', done: ({ pathname, search }) => pathname === '/explore' && search.has('by') },
  year: { id: 'year', to: '/?c=year', done: ({ search }) => search.get('c') === 'year' },
  region: { id: 'region', to: '/explore?by=region', done: ({ search }) => search.has('r') || search.get('by') === 'region' },
  targets: { id: 'targets', to: '/targets', done: ({ pathname }) => pathname === '/targets' },
  warnings: { id: 'warnings', to: '/warnings', done: ({ pathname }) => pathname === '/warnings' },
  data: { id: 'data', to: '/data', done: ({ pathname }) => pathname === '/data' },
};

const BY_ROLE: Partial<Record<Role, readonly Step['id'][]>> = {
  manager: ['number', 'breakdown', 'year', 'targets', 'warnings'],
  supervisor: ['number', 'breakdown', 'region', 'year', 'warnings'],
  sre: ['data', 'warnings', 'number', 'breakdown', 'year'],
  admin: ['data', 'targets', 'warnings', 'number', 'region'],
};

/** Key in the preferences for who does not want to see them. */
export const DISMISSED = 'dismissed';

export function stepsFor(roles: readonly string[]): readonly Step[] {
  const ids = roles.flatMap((role) => BY_ROLE[role as Role] ?? []);
  return [...new Set(ids)].slice(0, 5).map((id) => STEPS[id]);
}

/** The steps that a place shows to be done, of those that were not. */
export function newlyDone(steps: readonly Step[], known: Readonly<Record<string, boolean>>, place: Place): string[] {
  return steps.filter((step) => !known[step.id] && step.done(place)).map(({ id }) => id);
}
