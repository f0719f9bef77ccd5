import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { SEVERITIES, SLA_STATES, STATUSES, type TicketFilter, TYPES } from '@/api/tickets';

/** Short keys of the address; a filter that is off is not in it. */
const KEYS = { status: 'st', type: 'ty', severity: 'sv', owner: 'o', team: 'tm', sla: 'sla', firstResponse: 'fr', customer: 'cu' } as const;
const WORDS: Partial<Record<keyof TicketFilter, readonly string[]>> = { status: STATUSES, type: TYPES, severity: SEVERITIES, sla: SLA_STATES, firstResponse: SLA_STATES };

/** What an address narrows the list by; words that mean nothing narrow nothing. */
export function readFilter(search: URLSearchParams): TicketFilter {
  const entries = Object.entries(KEYS).map(([name, key]) => [name, search.get(key) ?? ''] as const);
  return Object.fromEntries(entries.filter(([name, value]) => value !== '' && (WORDS[name as keyof TicketFilter]?.includes(value) ?? true)));
}

export function writeFilter(search: URLSearchParams, part: TicketFilter): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(part) as [keyof TicketFilter, string][]) {
    if (value) next.set(KEYS[name], value);
    else next.delete(KEYS[name]);
  }
  return next;
}

export function useTicketFilter() {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(text)), [text]);
  const change = (part: TicketFilter) => setSearch((now) => writeFilter(now, part));
  const clear = () => change(Object.fromEntries(Object.keys(KEYS).map((name) => [name, ''])));
  return { filter, change, clear, narrowed: Object.keys(filter).length > 0 };
}
