/** What the server says has changed; names and data as in GET /api/v1/kpi/events. */
export interface LiveEvent {
  name: 'figures' | 'targets' | 'warnings' | 'catalogue' | 'annotations' | 'reset';
  data: Record<string, unknown>;
}

export const EVENT_NAMES: readonly LiveEvent['name'][] = ['figures', 'targets', 'warnings', 'catalogue', 'annotations', 'reset'];

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
