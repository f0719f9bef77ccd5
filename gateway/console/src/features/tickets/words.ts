import { useQuery } from '@tanstack/react-query';
import { useNames } from '@/api/catalogue';
import { faultClassesQuery, TIERS } from '@/api/promises';
import {
  CANCEL_REASONS, ESCALATION_ROLES, NOT_FIRST_TIME, PEND_REASONS, RESOLUTIONS, SEVERITIES, STATUSES, TYPES, type SlaState, type Ticket, type TicketLine,
} from '@/api/tickets';
import { useZone } from '@/api/operator';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import type { Line } from '@/kit/record';
import { messages } from './messages';
import { promised } from './sla';

const HISTORY = [
  'opened', 'changed', 'assigned', 'commented', 'pended', 'resumed', 'resolved', 'closed', 'reopened', 'cancelled', 'escalated', 'reminded', 'due-moved',
] as const;
const FIELDS = [
  'type', 'severity', 'priority', 'service', 'channel', 'product', 'faultClass', 'task', 'conversation', 'notFirstTime', 'statusReason', 'owner', 'team',
  'resolution', 'escalatedTo', 'policy', 'alarm', 'subject', 'description', 'to',
] as const;
const CLOCKS = ['first-response', 'resolution'] as const;

/** Tickets and promises as people read them. */
export function useTicketWords() {
  const t = useMessages(messages);
  const format = useFormatter();
  const language = useLanguage();
  const name = useNames();
  const zone = useZone();
  const { data: faults } = useQuery(faultClassesQuery);

  const time = (instant: string) => format.instant(instant, zone);
  const by = (one: string) => (one.startsWith('system') ? t('system') : one.replace(/^(user|key):/, ''));
  const fault = (code: string) => {
    const known = faults?.find((one) => one.code === code);
    return known ? nameIn(known.names, language) : code;
  };
  const policy = (id: string): string => {
    const [type = '', severity = '', tier] = id.split('.');
    const kind = t('policy.kind', { type: oneOf(TYPES, type, (one) => t(`type.${one}`)), severity: oneOf(SEVERITIES, severity, (one) => t(`severity.${one}`)) });
    return tier ? t('policy.tier', { kind, tier: oneOf(TIERS, tier, (one) => t(`tier.${one}`)) }) : kind;
  };
  /** What it is and about what. */
  const kind = ({ type, faultClass, service, product }: Ticket): string => {
    const about = faultClass ? fault(faultClass) : service ? name('service', service) : product;
    return about ? t('kind', { type: t(`type.${type}`), about }) : t(`type.${type}`);
  };
  const reason = (code: string) => oneOf(PEND_REASONS, code, (one) => t(`pend.${one}`), () => oneOf(CANCEL_REASONS, code, (one) => t(`cancel.${one}`)));
  const status = ({ status: state, statusReason }: Pick<Ticket, 'status' | 'statusReason'>): string =>
    statusReason ? t('status.because', { status: t(`status.${state}`), reason: reason(statusReason) }) : t(`status.${state}`);
  const sla = (state: SlaState | null, due: string | null, doneAt: string | null, now: number) => {
    const told = promised(state, due, doneAt, now);
    return { ...told, text: t(`sla.${told.word}`, { due: due ? time(due) : '', gap: format.age(told.gap) }) };
  };

  const alarm = (text: string): string => {
    const [clock = '', step = ''] = text.split('/');
    const which = oneOf(CLOCKS, clock, (one) => t(`clock.${one}`));
    return step === 'reminder' ? t('alarm.reminder', { clock: which }) : t('alarm.escalation', { clock: which, step: step.replace('escalation-', '') });
  };
  const value = (field: string, code: string): string => {
    switch (field) {
      case 'type':
        return oneOf(TYPES, code, (one) => t(`type.${one}`));
      case 'severity':
        return oneOf(SEVERITIES, code, (one) => t(`severity.${one}`));
      case 'service':
      case 'channel':
        return name(field, code);
      case 'faultClass':
        return fault(code);
      case 'notFirstTime':
        return oneOf(NOT_FIRST_TIME, code, (one) => t(`nft.${one}`));
      case 'status':
        return oneOf(STATUSES, code, (one) => t(`status.${one}`));
      case 'statusReason':
        return reason(code);
      case 'resolution':
        return oneOf(RESOLUTIONS, code, (one) => t(`resolution.${one}`));
      case 'escalatedTo':
        return oneOf(ESCALATION_ROLES, code, (one) => t(`role.${one}`));
      case 'policy':
        return policy(code);
      case 'alarm':
        return alarm(code);
      case 'to':
        return t(code === 'customer' ? 'to.customer' : 'to.internal');
      default:
        return code;
    }
  };
  const change = (field: string, from: string | null, to: string | null): string => {
    const what = oneOf(FIELDS, field, (one) => t(`field.${one}`));
    if (from === null && to === null) return t('change.text', { field: what });
    if (from === null) return t('change.set', { field: what, to: value(field, to!) });
    if (to === null) return t('change.removed', { field: what, from: value(field, from) });
    return t('change.from', { field: what, from: value(field, from), to: value(field, to) });
  };
  /** A line of the history; the status is said by what was done. */
  const line = ({ number, at, by: who, what, changes }: TicketLine): Line => ({
    key: String(number),
    at: time(at),
    text: t('history.line', { what: oneOf(HISTORY, what, (one) => t(`what.${one}`)), by: by(who) }),
    more: what === 'opened' ? [] : Object.entries(changes).filter(([field]) => field !== 'status').map(([field, { from, to }]) => change(field, from, to)),
  });

  return { t, format, name, time, by, fault, policy, kind, status, sla, line, reason };
}

/** The word of a code; the code itself where it is none of those that are known. */
function oneOf<Code extends string>(codes: readonly Code[], code: string, word: (code: Code) => string, otherwise: () => string = () => code): string {
  const known = codes.find((one) => one === code);
  return known ? word(known) : otherwise();
}
