import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, given, unwrap } from './client';
import type { components } from './generated/care';

type Schemas = components['schemas'];

export const STAGES = ['entry', 'mature', 'decline'] as const;
export const TIERS = ['ordinary', 'silver', 'gold', 'diamond', 'vip'] as const;
export const PURPOSES = ['marketing', 'survey', 'guidance', 'care'] as const;

export type Stage = (typeof STAGES)[number];
export type Tier = (typeof TIERS)[number];
export type Purpose = (typeof PURPOSES)[number];

export type Customer = Omit<Schemas['CustomerBody'], 'stage' | 'tier'> & { stage: Stage | null; tier: Tier | null };
export type Consent = Omit<Schemas['ConsentBody'], 'purpose'> & { purpose: Purpose };
export interface Consents {
  version: number;
  /** What holds for what was spoken about; everything else is a no. */
  holding: Consent[];
  /** In the order of recording. */
  said: Consent[];
}
export type Step = Schemas['Step'];
export type Matter = Schemas['MatterBody'];
export type Journey = Schemas['JourneyBody'];
/** What is sealed, in clear. */
export type Revealed = Schemas['RevealedBody'];

export interface CustomerFilter {
  stage?: string;
  tier?: string;
  brand?: string;
  region?: string;
  manager?: string;
  tag?: string;
}

interface Page {
  items: Customer[];
  next: string | null;
}

export function customersQuery(filter: CustomerFilter) {
  return infiniteQueryOptions({
    queryKey: ['customers', filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = given({ ...filter, limit: 100, cursor: pageParam ?? undefined });
      return (await unwrap(client.GET('/api/v1/care/customers', { params: { query }, signal }))) as unknown as Page;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 60_000,
  });
}

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/customers/{customer}', { params: { path: { customer: id } }, signal }))) as unknown as Customer,
    staleTime: 60_000,
  });
}

export function consentsQuery(id: string) {
  return queryOptions({
    queryKey: ['customer', id, 'consents'],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/customers/{customer}/consents', { params: { path: { customer: id } }, signal }))) as unknown as Consents,
    staleTime: 30_000,
  });
}

export function journeyQuery(id: string, days: number) {
  return queryOptions({
    queryKey: ['customer', id, 'journey', days],
    queryFn: ({ signal }): Promise<Journey> =>
      unwrap(client.GET('/api/v1/care/customers/{customer}/journey', { params: { path: { customer: id }, query: { days } }, signal })),
    staleTime: 30_000,
  });
}

/** The number is in the body of this one call, and nowhere else. */
export async function lookUp(number: string): Promise<Customer> {
  return (await unwrap(client.POST('/api/v1/care/lookup', { body: { number } }))).customer as unknown as Customer;
}

/** Leaves a line in the audit; the answer is kept by nobody. */
export function reveal(id: string): Promise<Revealed> {
  return unwrap(client.POST('/api/v1/care/customers/{customer}/reveal', { params: { path: { customer: id } } }));
}

export interface ConsentEdit {
  purpose: Purpose;
  channel: string;
  given: boolean;
  /** When the customer said it; now unless given. */
  at: string | null;
  /** Where it was said. */
  origin: string | null;
}

export async function recordConsent(id: string, edit: ConsentEdit): Promise<void> {
  await unwrap(client.POST('/api/v1/care/customers/{customer}/consents', { params: { path: { customer: id } }, body: edit }));
}

export async function eraseCustomer(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/care/customers/{customer}', { params: { path: { customer: id } } }));
}
