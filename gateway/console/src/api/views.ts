import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './generated/kpi';

type Schemas = components['schemas'];

/** A screen as somebody kept it. */
export type SavedView = Schemas['SavedView'];
/** What people wrote beside the figures of a day or some; `to` is the day after the last. */
export type Annotation = Schemas['AnnotationBody'];
export type AnnotationInput = Schemas['AnnotationInput'];

export function viewsQuery(screen: string) {
  return queryOptions({
    queryKey: ['views', screen],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/kpi/views', { params: { query: { screen } }, signal }))).views,
    staleTime: 60_000,
  });
}

export function saveView(body: Schemas['SavedViewInput']): Promise<unknown> {
  return unwrap(client.POST('/api/v1/kpi/views', { body }));
}

export function deleteView(id: string): Promise<unknown> {
  return unwrap(client.DELETE('/api/v1/kpi/views/{id}', { params: { path: { id } } }));
}

export function annotationsQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['annotations', from, to],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/kpi/annotations', { params: { query: { from, to } }, signal }))).annotations,
    staleTime: 60_000,
  });
}

export function addAnnotation(body: AnnotationInput): Promise<unknown> {
  return unwrap(client.POST('/api/v1/kpi/annotations', { body }));
}

export function deleteAnnotation(id: string): Promise<unknown> {
  return unwrap(client.DELETE('/api/v1/kpi/annotations/{id}', { params: { path: { id } } }));
}
