import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

/** How somebody likes the console, kept with the account; null where nothing was said. */
export type Preferences = components['schemas']['Preferences'];

export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: ({ signal }): Promise<Preferences> => unwrap(client.GET('/api/v1/kpi/preferences', { signal })),
  staleTime: Infinity,
});

export async function savePreferences(preferences: Preferences): Promise<void> {
  await unwrap(client.PUT('/api/v1/kpi/preferences', { body: preferences }));
}
