/** What the server says has changed, with data as its stream tells them. */
export interface LiveEvent {
  name: EventName;
  data: Record<string, unknown>;
}

type KpiEvent = 'figures' | 'targets' | 'warnings' | 'catalogue' | 'annotations' | 'reset';
type CareEvent = 'conversation' | 'presence' | 'ticket' | 'agents' | 'queue' | 'care-reset';
export type EventName = KpiEvent | CareEvent;

/** A stream of the API: one connection a browser. */
export interface Source {
  /** Of its lock and its channel among the tabs. */
  name: string;
  address: string;
  /** The names of its events on the wire, and what they are called here. */
  events: Readonly<Record<string, EventName>>;
  /** What is said where something may have been missed: ask for everything. */
  reset: EventName;
}

export const KPI: Source = {
  name: 'channels-live',
  address: '/api/v1/kpi/events',
  events: { figures: 'figures', targets: 'targets', warnings: 'warnings', catalogue: 'catalogue', annotations: 'annotations', reset: 'reset' },
  reset: 'reset',
};

export const CARE: Source = {
  name: 'channels-live-care',
  address: '/api/v1/care/events',
  events: { conversation: 'conversation', presence: 'presence', ticket: 'ticket', agents: 'agents', queue: 'queue', reset: 'care-reset' },
  reset: 'care-reset',
};

/**
 * `live`: events come; `reconnecting`: the stream broke and is tried again; `polling`: there is no stream, screens ask every ten seconds;
 * `offline`: the browser has no network.
 */
export type LiveState = 'live' | 'reconnecting' | 'polling' | 'offline';

export interface LiveStatus {
  state: LiveState;
  /** When this state began, in ms since 1970. */
  since: number;
}
