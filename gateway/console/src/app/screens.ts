import type { ComponentType } from 'react';
import type { Role } from '@/api/session';
import type { appMessages } from './messages';

export type AppKey = keyof (typeof appMessages)['en'];

export interface Screen {
  path: string;
  /** Its name in the navigation. */
  name: AppKey;
  /** After `g`: the key that goes there. */
  key: string;
  roles: readonly Role[];
  /** Whether the bar of period, comparison, channel, region and brand is for it. */
  filters: boolean;
  load: () => Promise<{ Screen: ComponentType }>;
}

/** Who sees the figures. */
export const READERS: readonly Role[] = ['manager', 'supervisor', 'sre', 'admin'];

/** All screens, in the order of the navigation. A new one is a line here and a folder in features. */
export const SCREENS: readonly Screen[] = [
  { path: '/', name: 'nav.today', key: 't', roles: READERS, filters: true, load: () => import('@/features/today/screen') },
  { path: '/explore', name: 'nav.explore', key: 'e', roles: READERS, filters: true, load: () => import('@/features/explore/screen') },
  { path: '/targets', name: 'nav.targets', key: 'z', roles: READERS, filters: false, load: () => import('@/features/targets/screen') },
  { path: '/warnings', name: 'nav.warnings', key: 'w', roles: READERS, filters: false, load: () => import('@/features/warnings/screen') },
  { path: '/data', name: 'nav.data', key: 'd', roles: READERS, filters: false, load: () => import('@/features/data/screen') },
  { path: '/desk', name: 'nav.desk', key: 'k', roles: ['agent', 'supervisor'], filters: false, load: () => import('@/features/desk/screen') },
  { path: '/service', name: 'nav.service', key: 's', roles: ['agent', 'supervisor', 'manager', 'admin'], filters: false, load: () => import('./service') },
];

export function screensFor(roles: readonly string[]): readonly Screen[] {
  return SCREENS.filter((screen) => screen.roles.some((role) => roles.includes(role)));
}
