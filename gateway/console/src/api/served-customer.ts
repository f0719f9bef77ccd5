import { queryOptions } from '@tanstack/react-query';
import type { Names } from '@/i18n/messages';
import { ApiError, client, unwrap } from './client';
import type { components } from './generated/care';

type Schemas = components['schemas'];

/** What an agent sees of the customer who is being served: masked, and all that is known of the matter. */
export type Customer = Schemas['CustomerBody'];
export type Consent = Schemas['ConsentsBody']['holding'][number];
export type Journey = Schemas['JourneyBody'];
export type JourneyStep = Schemas['Step'];
export type Ticket = NonNullable<Schemas['TicketBody']>;
export type ArticleHit = Schemas['ArticleHit'];
export type FaultClass = Schemas['FaultClass'] & { names: Names };

/** Days of the journey that are kept. */
const DAYS = 35;

/** Null for whoever is not in the directory. */
export function customerQuery(customer: string) {
  return queryOptions({
    queryKey: ['customer', customer],
    queryFn: ({ signal }): Promise<Customer | null> =>
      orNull(unwrap(client.GET('/api/v1/care/customers/{customer}', { params: { path: { customer } }, signal }))),
    staleTime: 5 * 60_000,
  });
}

export function consentsQuery(customer: string) {
  return queryOptions({
    queryKey: ['customer', customer, 'consents'],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/customers/{customer}/consents', { params: { path: { customer } }, signal }))).holding,
    staleTime: 60_000,
  });
}

export function journeyQuery(customer: string) {
  return queryOptions({
    queryKey: ['customer', customer, 'journey'],
    queryFn: ({ signal }): Promise<Journey> =>
      unwrap(client.GET('/api/v1/care/customers/{customer}/journey', { params: { path: { customer }, query: { days: DAYS } }, signal })),
    staleTime: 60_000,
  });
}

/** Leaves an audit line. */
export function revealCustomer(customer: string) {
  return unwrap(client.POST('/api/v1/care/customers/{customer}/reveal', { params: { path: { customer } } }));
}

/** Tickets of a customer that are not over, the nearest due first. */
export function openTicketsQuery(customer: string) {
  return queryOptions({
    queryKey: ['tickets', 'of', customer],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(
        ['open', 'pending'].map((status) => unwrap(client.GET('/api/v1/care/tickets', { params: { query: { customer, status } }, signal }))),
      );
      return found.flatMap(({ items }) => items as Ticket[]);
    },
    staleTime: 15_000,
  });
}

export type NewTicket = Schemas['TicketInput'];

export async function openTicket(ticket: NewTicket): Promise<Ticket> {
  return (await unwrap(client.POST('/api/v1/care/tickets', { body: ticket }))) as Ticket;
}

export const faultClassesQuery = queryOptions({
  queryKey: ['fault-classes', 'enabled'],
  queryFn: async ({ signal }) =>
    (await unwrap(client.GET('/api/v1/care/fault-classes', { signal }))).faultClasses.filter(({ enabled }) => enabled) as FaultClass[],
  staleTime: 5 * 60_000,
});

/** Longest text that is looked for. */
const ASKED = 500;

/** Articles that say something about a text. @param audience - undefined: those for agents alone, too. */
export function articlesAboutQuery(text: string, language: 'zh-CN' | 'en', audience: 'customer' | undefined, limit: number) {
  const body = { text: text.slice(-ASKED), language, audience, limit };
  return queryOptions({
    queryKey: ['articles', 'about', body],
    queryFn: async ({ signal }): Promise<ArticleHit[]> => (await unwrap(client.POST('/api/v1/care/articles/search', { body, signal }))).hits,
    staleTime: 60_000,
    enabled: text.trim() !== '',
  });
}

/** What an article says to its readers, in Markdown. */
export async function readArticle(id: string): Promise<string> {
  return (await unwrap(client.GET('/api/v1/care/articles/{id}', { params: { path: { id } } }))).published?.body ?? '';
}

/** Counted for those who write articles; that it was not counted is nothing to disturb an agent with. */
export function countInserted(article: string, conversation: string): void {
  client
    .POST('/api/v1/care/articles/{id}/uses', { params: { path: { id: article } }, body: { outcome: 'inserted', conversation } })
    .catch(() => undefined);
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (fault) {
    if (fault instanceof ApiError && fault.status === 404) return null;
    throw fault;
  }
}
