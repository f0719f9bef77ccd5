import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, given, unwrap } from './client';
import type { components } from './generated/care';
import type { NotFirstTime, Resolution, TicketSeverity } from './tickets';

type Schemas = components['schemas'];

export const ENTRY_KINDS = ['case', 'measure', 'verdict'] as const;
/** Of a case: a question on its use, a suggestion, a fault. */
export const NATURES = ['use', 'suggestion', 'fault'] as const;
export const VERDICTS = ['worked', 'persists'] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];
export type Nature = (typeof NATURES)[number];
export type VerdictWord = (typeof VERDICTS)[number];

export type ArchivedProduct = Schemas['ProductBody'];
export type Share = Schemas['Share'];
export type Measure = Schemas['MeasureBody'];
export type MeasureState = Omit<Schemas['MeasureState'], 'verdict'> & { verdict: VerdictWord | null };
export type ArchiveMonth = Omit<Schemas['ArchiveMonth'], 'measures'> & { measures: MeasureState[] };
export type ArchiveMonths = Omit<Schemas['MonthsBody'], 'months'> & { months: ArchiveMonth[] };
export type ArchivedCase = Omit<Schemas['ArchivedCase'], 'nature' | 'notFirstTime' | 'resolution' | 'severity'> & {
  nature: Nature;
  notFirstTime: NotFirstTime | null;
  resolution: Resolution | null;
  severity: TicketSeverity;
};
export type Verdict = Omit<Schemas['ArchivedVerdict'], 'verdict' | 'suggested'> & { verdict: VerdictWord; suggested: VerdictWord };
export type Entry = Omit<NonNullable<Schemas['EntryBody']>, 'kind' | 'case' | 'verdict'> & { kind: EntryKind; case: ArchivedCase | null; verdict: Verdict | null };
export interface EntryDetail {
  entry: Entry;
  /** Null where nothing was sealed, or it can be opened by nobody any more. */
  text: string | null;
}
export type ChainAnswer = Schemas['AuditAnswer'];
export type NewMeasure = Schemas['MeasureInput'];
export type NewVerdict = { month: string; verdict: VerdictWord };

interface EntryPage {
  items: Entry[];
  next: string | null;
}

/** What the entries are narrowed by; whatever is missing is any. */
export interface EntryFilter {
  product?: string;
  month?: string;
  kind?: string;
  nature?: string;
  faultClass?: string;
}

const MOST = 200;

export const productsQuery = queryOptions({
  queryKey: ['archive', 'products'],
  queryFn: async ({ signal }): Promise<ArchivedProduct[]> => (await unwrap(client.GET('/api/v1/care/archive/products', { signal }))).products,
  staleTime: 30_000,
});

/** Both months included. */
export function monthsQuery(product: string, from: string, to: string) {
  return queryOptions({
    queryKey: ['archive', 'months', product, from, to],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/archive/months', { params: { query: { product, from, to } }, signal }))) as unknown as ArchiveMonths,
    enabled: product !== '',
    staleTime: 30_000,
  });
}

async function entriesPage(filter: EntryFilter, limit: number, cursor: string | null, signal: AbortSignal): Promise<EntryPage> {
  const query = given({ ...filter, limit, cursor: cursor ?? undefined });
  return (await unwrap(client.GET('/api/v1/care/archive/entries', { params: { query }, signal }))) as unknown as EntryPage;
}

/** The newest first. */
export function entriesQuery(filter: EntryFilter) {
  return infiniteQueryOptions({
    queryKey: ['archive', 'entries', filter],
    queryFn: ({ pageParam, signal }) => entriesPage(filter, 50, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: !!filter.product,
    staleTime: 30_000,
  });
}

/** All of a kind: measures and verdicts are few. */
async function allOf(product: string, kind: EntryKind, signal: AbortSignal): Promise<Entry[]> {
  const all: Entry[] = [];
  let cursor: string | null = null;
  do {
    const page: EntryPage = await entriesPage({ product, kind }, MOST, cursor, signal);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

/** Measures and verdicts of a product as they were written: only their entries say by whom and when. */
export function measuresQuery(product: string) {
  return queryOptions({
    queryKey: ['archive', 'measures', product],
    queryFn: async ({ signal }) => {
      const [measures, verdicts] = await Promise.all([allOf(product, 'measure', signal), allOf(product, 'verdict', signal)]);
      return { measures, verdicts };
    },
    enabled: product !== '',
    staleTime: 30_000,
  });
}

/** With what was sealed; each reading leaves a line in the audit. */
export function entryQuery(number: string) {
  return queryOptions({
    queryKey: ['archive-entry', number],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/archive/entries/{number}', { params: { path: { number: Number(number) } }, signal }))) as unknown as EntryDetail,
    staleTime: 5 * 60_000,
    gcTime: 60_000,
  });
}

/** Walks the whole chain: asked for by a press alone. */
export const chainQuery = queryOptions({
  queryKey: ['archive-chain'],
  queryFn: ({ signal }): Promise<ChainAnswer> => unwrap(client.GET('/api/v1/care/archive/verify', { signal })),
  enabled: false,
  retry: false,
});

export function takeMeasure(measure: NewMeasure): Promise<Measure> {
  return unwrap(client.POST('/api/v1/care/archive/measures', { body: measure }));
}

export async function judgeMeasure(id: string, verdict: NewVerdict): Promise<Verdict> {
  return (await unwrap(client.POST('/api/v1/care/archive/measures/{id}/verdicts', { params: { path: { id } }, body: verdict }))) as unknown as Verdict;
}

/** All cases as a file made by the server, which writes down who took it. */
export function casesHref(filter: Omit<EntryFilter, 'kind'>): string {
  return `/api/v1/care/archive/entries.csv?${new URLSearchParams(given({ ...filter }) as Record<string, string>)}`;
}
