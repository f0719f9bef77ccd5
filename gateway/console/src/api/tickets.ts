import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, given, unwrap } from './client';
import type { components } from './generated/care';

type Schemas = components['schemas'];

export const TYPES = ['complaint', 'incident', 'request', 'question', 'suggestion'] as const;
export const SEVERITIES = ['critical', 'high', 'normal', 'low'] as const;
export const STATUSES = ['open', 'pending', 'resolved', 'closed', 'cancelled'] as const;
export const SLA_STATES = ['pending', 'imminent', 'breached', 'met', 'paused'] as const;
export const PEND_REASONS = ['customer-information', 'customer-confirmation', 'customer-unavailable', 'other'] as const;
export const CANCEL_REASONS = ['duplicate', 'withdrawn', 'by-mistake', 'other'] as const;
export const RESOLUTIONS = ['solved', 'explained', 'compensated', 'workaround', 'no-fault-found', 'not-possible', 'other'] as const;
export const NOT_FIRST_TIME = [
  'missing-information', 'needs-other-team', 'needs-visit', 'system-down', 'knowledge-missing', 'no-authority', 'customer-unavailable', 'other',
] as const;
/** From the nearest to the highest. */
export const ESCALATION_ROLES = ['supervisor', 'manager', 'admin'] as const;

export type TicketType = (typeof TYPES)[number];
export type TicketSeverity = (typeof SEVERITIES)[number];
export type TicketStatus = (typeof STATUSES)[number];
export type SlaState = (typeof SLA_STATES)[number];
export type PendReason = (typeof PEND_REASONS)[number];
export type CancelReason = (typeof CANCEL_REASONS)[number];
export type Resolution = (typeof RESOLUTIONS)[number];
export type NotFirstTime = (typeof NOT_FIRST_TIME)[number];
export type EscalationRole = (typeof ESCALATION_ROLES)[number];

type Words = 'type' | 'severity' | 'status' | 'sla' | 'firstResponse' | 'resolution' | 'notFirstTime' | 'escalatedTo';

export type Ticket = Omit<Schemas['TicketBody'], Words> & {
  type: TicketType;
  severity: TicketSeverity;
  status: TicketStatus;
  /** Of the resolution's clock; null of what was cancelled. */
  sla: SlaState | null;
  firstResponse: SlaState | null;
  resolution: Resolution | null;
  notFirstTime: NotFirstTime | null;
  escalatedTo: EscalationRole | null;
};
export type Clock = Omit<Schemas['ClockBody'], 'state'> & { state: SlaState };
export type TicketLine = Schemas['HistoryLine'];
export type TicketNote = Omit<Schemas['TicketNote'], 'to'> & { to: 'customer' | 'internal' };
export type TicketDetail = Omit<Schemas['TicketDetail'], 'ticket' | 'notes' | 'clocks'> & {
  ticket: Ticket;
  notes: TicketNote[];
  clocks: (Omit<Schemas['ClocksBody'], 'firstResponse' | 'resolution'> & { firstResponse: Clock; resolution: Clock }) | null;
};

/** What a list is narrowed by; whatever is missing is any. */
export interface TicketFilter {
  status?: string;
  type?: string;
  severity?: string;
  owner?: string;
  team?: string;
  sla?: string;
  firstResponse?: string;
  customer?: string;
}

interface TicketPage {
  items: Ticket[];
  next: string | null;
}

/** Nearest due first. */
export function ticketsQuery(filter: TicketFilter) {
  return infiniteQueryOptions({
    queryKey: ['tickets', filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = given({ ...filter, limit: 100, cursor: pageParam ?? undefined });
      return (await unwrap(client.GET('/api/v1/care/tickets', { params: { query }, signal }))) as unknown as TicketPage;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 15_000,
  });
}

/** Everything about one; each reading leaves a line in the audit. */
export function ticketQuery(id: string) {
  return queryOptions({
    queryKey: ['ticket', id],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/tickets/{id}', { params: { path: { id } }, signal }))) as unknown as TicketDetail,
    staleTime: 30_000,
  });
}

/** What people do about a ticket. */
export type TicketAction =
  | { what: 'assign'; owner: string | null; team: string | null }
  | { what: 'comment'; text: string; to: 'customer' | 'internal' }
  | { what: 'pend'; reason: PendReason }
  | { what: 'resume' | 'close' | 'reopen' }
  | { what: 'resolve'; resolution: Resolution; text: string | null; notFirstTime: NotFirstTime | null }
  | { what: 'cancel'; reason: CancelReason }
  | { what: 'escalate'; role: EscalationRole }
  | { what: 'edit'; patch: TicketPatch };

export interface TicketPatch {
  type: TicketType;
  severity: TicketSeverity;
  priority: number;
  service: string | null;
  channel: string | null;
  product: string | null;
  faultClass: string | null;
}

/** Over the revision that was read: 412 where somebody else has changed it since. */
export async function actOnTicket(id: string, action: TicketAction, revision: number): Promise<void> {
  const call = { params: { path: { id } }, headers: { 'If-Match': `"${revision}"` } };
  switch (action.what) {
    case 'edit':
      await unwrap(client.PATCH('/api/v1/care/tickets/{id}', { ...call, body: action.patch }));
      return;
    case 'resume':
      await unwrap(client.POST('/api/v1/care/tickets/{id}/resume', call));
      return;
    case 'close':
      await unwrap(client.POST('/api/v1/care/tickets/{id}/close', call));
      return;
    case 'reopen':
      await unwrap(client.POST('/api/v1/care/tickets/{id}/reopen', call));
      return;
    default: {
      const { what, ...body } = action;
      await unwrap(client.POST(`/api/v1/care/tickets/{id}/${what}` as '/api/v1/care/tickets/{id}/assign', { ...call, body: body as never }));
    }
  }
}

export type NewTicket = Omit<Schemas['TicketInput'], 'matter'>;

export async function openTicket(input: NewTicket): Promise<Ticket> {
  return (await unwrap(client.POST('/api/v1/care/tickets', { body: input }))) as unknown as Ticket;
}
