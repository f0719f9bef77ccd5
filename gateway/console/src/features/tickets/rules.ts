import { ESCALATION_ROLES, type EscalationRole, type Ticket, type TicketAction, type TicketStatus } from '@/api/tickets';

export type Verb = TicketAction['what'];

const LIVE: readonly Verb[] = ['assign', 'comment', 'resolve', 'escalate', 'edit', 'cancel'];

const ALLOWED: Record<TicketStatus, readonly Verb[]> = {
  open: [...LIVE, 'pend'],
  pending: [...LIVE, 'resume'],
  resolved: ['comment', 'close', 'reopen'],
  closed: ['reopen'],
  cancelled: [],
};

/** In the order in which they are offered. */
const ORDER: readonly Verb[] = ['resume', 'resolve', 'close', 'pend', 'assign', 'escalate', 'reopen', 'edit', 'cancel', 'comment'];

/** What may be done about a ticket as it is, as the server judges it. */
export function allowed({ status, escalatedTo }: Pick<Ticket, 'status' | 'escalatedTo'>): readonly Verb[] {
  return ORDER.filter((verb) => ALLOWED[status].includes(verb) && (verb !== 'escalate' || rolesAbove(escalatedTo).length > 0));
}

/** Who was not told of it yet. */
export function rolesAbove(role: EscalationRole | null): readonly EscalationRole[] {
  return ESCALATION_ROLES.slice(role === null ? 0 : ESCALATION_ROLES.indexOf(role) + 1);
}
