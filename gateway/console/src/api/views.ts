import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { getOrNull } from './optional';

/** A screen as somebody kept it. */
export interface SavedView {
  id: string;
  name: string;
  screen: string;
  /** The end of the address, without question mark. */
  query: string;
  shared: boolean;
  owner: string;
}

/** What people wrote beside the figures of a day or some; `to` is the day after the last. */
export interface Annotation {
  id: string;
  from: string;
  to: string;
  text: string;
  indicator: string | null;
  channel: string | null;
  region: string | null;
  by: string;
}

type Loose = Record<'POST' | 'DELETE', (path: string, init?: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>>;
const loose = client as unknown as Loose;

export function viewsQuery(screen: string) {
  return queryOptions({
    queryKey: ['views', screen],
    queryFn: async ({ signal }) => (await getOrNull<{ views: SavedView[] }>('/api/v1/kpi/views', { screen }, signal))?.views ?? [],
    staleTime: 60_000,
  });
}

export function saveView(view: Pick<SavedView, 'name' | 'screen' | 'query' | 'shared'>): Promise<unknown> {
  return unwrap(loose.POST('/api/v1/kpi/views', { body: view }));
}

export function deleteView(id: string): Promise<unknown> {
  return unwrap(loose.DELETE(`/api/v1/kpi/views/${encodeURIComponent(id)}`));
}

export function annotationsQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['annotations', from, to],
    queryFn: async ({ signal }) =>
      (await getOrNull<{ annotations: Annotation[] }>('/api/v1/kpi/annotations', { from, to }, signal))?.annotations ?? [],
    staleTime: 60_000,
  });
}

export function addAnnotation(annotation: Omit<Annotation, 'id' | 'by'>): Promise<unknown> {
  return unwrap(loose.POST('/api/v1/kpi/annotations', { body: annotation }));
}

export function deleteAnnotation(id: string): Promise<unknown> {
  return unwrap(loose.DELETE(`/api/v1/kpi/annotations/${encodeURIComponent(id)}`));
}
