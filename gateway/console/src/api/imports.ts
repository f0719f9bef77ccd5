import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components as CareComponents } from './generated/care';
import type { components } from './generated/kpi';

export type Import = components['schemas']['Import'];

/** The newest hundred; asked again while one is under way. */
export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => unwrap(client.GET('/api/v1/kpi/imports', { signal })),
  staleTime: 10_000,
  refetchInterval: ({ state }) => (state.data?.some((one) => !one.done || one.lag > 0) ? 3_000 : 60_000),
});

type CareSchemas = CareComponents['schemas'];

export type Mapping = CareSchemas['MappingBody'];
export type MappedRows = CareSchemas['RowsBody'];
export type RowTransaction = CareSchemas['RowTransaction'];
export type Taken = components['schemas']['TransactionsTaken'];

export const mappingsQuery = queryOptions({
  queryKey: ['mappings'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/care/mappings', { signal }))).mappings,
  staleTime: 10 * 60_000,
});

const CSV = 'text/csv';
const LINES = 'application/x-ndjson';
const asItIs = (body: unknown) => body as never;

/** Rows of a file as transactions. Nothing of them is kept: no idempotency key, so that no answer is stored. */
export function mapRows(mapping: string, text: string, json: boolean, row: number, line: number, signal: AbortSignal): Promise<MappedRows> {
  return unwrap(
    client.POST('/api/v1/care/mappings/{name}/rows', {
      params: { path: { name: mapping }, query: { row, line } },
      headers: { 'Content-Type': json ? LINES : CSV },
      body: text as never,
      bodySerializer: asItIs,
      signal,
    }),
  );
}

/** A new import, or the unfinished one of the same file and mapping. */
export function startImport(mapping: Mapping, file: { name: string; sha256: string }, signal: AbortSignal): Promise<Import> {
  const body = { source: mapping.source, mapping: mapping.name, history: mapping.history, file };
  return unwrap(client.POST('/api/v1/kpi/imports', { body, signal }));
}

export function sendChunk(id: string, key: string, rows: readonly RowTransaction[], signal: AbortSignal): Promise<Taken> {
  const lines = rows.map((row) => JSON.stringify(row)).join('\n');
  return unwrap(
    client.POST('/api/v1/kpi/imports/{id}/transactions', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      headers: { 'Content-Type': LINES },
      body: lines as never,
      bodySerializer: asItIs,
      signal,
    }),
  );
}

/** The importer's own counts. */
export function reportImport(id: string, rows: number, rejected: Record<string, number>, done: boolean, signal: AbortSignal): Promise<Import> {
  return unwrap(client.PATCH('/api/v1/kpi/imports/{id}', { params: { path: { id } }, body: { rows, rejected, done }, signal }));
}

export function getImport(id: string, signal: AbortSignal): Promise<Import> {
  return unwrap(client.GET('/api/v1/kpi/imports/{id}', { params: { path: { id } }, signal }));
}
