import { queryOptions } from '@tanstack/react-query';
import type { Names } from '@/i18n/messages';
import { client, unwrap } from './client';
import type { components } from './generated/care';
import type { EscalationRole } from './tickets';

type Schemas = components['schemas'];

/** What is promised for a kind of ticket, in minutes of work. Its id is type.severity, or type.severity.tier. */
export type Policy = Omit<Schemas['SlaPolicyBody'], 'escalations'> & { escalations: { role: EscalationRole; after: number }[] };
export type PolicyInput = Omit<Policy, 'id' | 'revision'>;
export type FaultClass = Omit<Schemas['FaultClass'], 'names'> & { names: Names };

export const TIERS = ['ordinary', 'silver', 'gold', 'diamond', 'vip'] as const;

export const policiesQuery = queryOptions({
  queryKey: ['sla-policies'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/api/v1/care/sla-policies', { signal }))).policies as Policy[],
  staleTime: 60_000,
});

export const faultClassesQuery = queryOptions({
  queryKey: ['fault-classes'],
  queryFn: async ({ signal }): Promise<FaultClass[]> => (await unwrap(client.GET('/api/v1/care/fault-classes', { signal }))).faultClasses,
  staleTime: 5 * 60_000,
});

/** Revision 0: there is none yet. */
export async function putPolicy(id: string, policy: PolicyInput, revision: number): Promise<void> {
  await unwrap(client.PUT('/api/v1/care/sla-policies/{id}', { params: { path: { id } }, headers: { 'If-Match': `"${revision}"` }, body: policy }));
}

export async function putFaultClass(code: string, body: Pick<FaultClass, 'names' | 'enabled'>, revision: number): Promise<void> {
  await unwrap(client.PUT('/api/v1/care/fault-classes/{code}', { params: { path: { code } }, headers: { 'If-Match': `"${revision}"` }, body }));
}
