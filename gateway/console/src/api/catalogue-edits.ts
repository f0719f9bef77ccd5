import { queryOptions } from '@tanstack/react-query';
import type { Catalogue, Dimension } from './catalogue';
import { ApiError, client, type Problem, unwrap } from './client';
import type { components } from './generated/kpi';

type Schemas = components['schemas'];

export const KINDS = ['channels', 'services', 'regions', 'brands', 'reasons'] as const;
export type Kind = (typeof KINDS)[number];

/** Any entry of the catalogue; what a kind does not have is missing. */
export type Entry = Catalogue[Kind][number] &
  Partial<Omit<Schemas['Channel'], 'code' | 'names'> & Omit<Schemas['Service'], 'code' | 'names'> & Omit<Schemas['Region'], 'code' | 'names'>>;

export type CatalogueVersion = Schemas['VersionBody'];

/** The catalogue as valid on a day; empty is today. */
export function catalogueOnQuery(day: string) {
  return queryOptions({
    queryKey: ['catalogue', 'on', day],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/kpi/catalogue', { params: { query: day ? { at: day } : {} }, signal }))) as unknown as Catalogue,
    staleTime: 60_000,
  });
}

export const catalogueVersionsQuery = queryOptions({
  queryKey: ['catalogue', 'versions'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/kpi/catalogue/versions', { signal }))).versions,
  staleTime: 60_000,
});

type Loose = (path: string, init: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** An entry with the tag of its last edit, so that an edit overwrites nothing that its author has not seen. */
export function entryQuery(kind: Kind, code: string, day: string) {
  return queryOptions({
    queryKey: ['entry', kind, code, day],
    queryFn: async ({ signal }) => {
      const { data, error, response } = await (client.GET as unknown as Loose)(`/api/v1/kpi/catalogue/${kind}/{code}`, {
        params: { path: { code }, query: day ? { at: day } : {} },
        signal,
      });
      if (!response.ok) throw new ApiError(error as Problem);
      return { entry: data as Entry, tag: response.headers.get('ETag') };
    },
    staleTime: 0,
    gcTime: 0,
  });
}

/** Adds or changes an entry from a day on. */
export async function setEntry(kind: Kind, entry: object, code: string, validFrom: string, tag: string | null): Promise<void> {
  const headers = tag ? { 'If-Match': tag } : { 'If-None-Match': '*' };
  const put = client.PUT as unknown as Loose;
  await unwrap(put(`/api/v1/kpi/catalogue/${kind}/{code}`, { params: { path: { code } }, headers, body: { ...entry, validFrom } }));
}

/** Takes an entry out from a day on; figures of the days before keep it. */
export async function retireEntry(kind: Kind, code: string, validFrom: string, tag: string | null): Promise<void> {
  const remove = client.DELETE as unknown as Loose;
  const headers = tag ? { 'If-Match': tag } : {};
  await unwrap(remove(`/api/v1/kpi/catalogue/${kind}/{code}`, { params: { path: { code }, query: { validFrom } }, headers }));
}

export type UnknownCode = Omit<Schemas['UnknownCodeBody'], 'field'> & { field: Dimension };

export const unknownQuery = queryOptions({
  queryKey: ['catalogue', 'unknown'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/kpi/catalogue/unknown', { signal }))).codes as unknown as UnknownCode[],
  staleTime: 30_000,
});

export async function assignCode(field: Dimension, raw: string, code: string, from: string): Promise<void> {
  await unwrap(client.POST('/api/v1/kpi/catalogue/assignments', { body: { field, raw, code, from } as never }));
}

/** From the day on the raw code is unknown again. */
export async function removeAssignment(field: Dimension, raw: string, from: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/kpi/catalogue/assignments', { params: { query: { field, raw, from } } }));
}

/** A new version of a definition: what is not named stays as it is. 412 where somebody else has added one. */
export async function addDefinitionVersion(id: string, version: number, change: object): Promise<void> {
  await unwrap(
    client.POST('/api/v1/kpi/indicators/{id}/versions', {
      params: { path: { id } },
      headers: { 'If-Match': `"${version}"` },
      body: change as never,
    }),
  );
}
