import type { Query, QueryClient } from '@tanstack/react-query';
import type { LiveEvent } from './events';

/** Which cached answers an event makes old. */
const KEYS: Record<LiveEvent['name'], readonly string[]> = {
  figures: ['figures', 'feeds', 'rollups', 'attainment'],
  targets: ['targets', 'attainment'],
  warnings: ['warnings'],
  catalogue: ['catalogue', 'definitions', 'figures'],
  annotations: ['annotations'],
  reset: ['figures', 'feeds', 'rollups', 'targets', 'attainment', 'warnings', 'catalogue', 'definitions', 'simulator'],
};

/** Between two refreshes of the figures: they change every second, nobody reads that fast. [P4] */
const EVERY = 5_000;
/** What is drawn small or of a year ago, `meta: { slow: true }`, may be this old. */
const SLOW = 60_000;
/** What failed is asked again after so long: sooner would be a hail upon a server that is down. */
const FAILED = 20_000;

/** Turns events into refetches: people's changes at once, figures at most every five seconds, and none while the page is hidden. */
export class Refresher {
  private readonly waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;
  /** The connection is new: what failed may well be there now. */
  private again = false;
  private readonly queries: QueryClient;

  constructor(queries: QueryClient) {
    this.queries = queries;
    document.addEventListener('visibilitychange', () => this.plan());
  }

  on(event: LiveEvent): void {
    const days = event.data.days;
    // Time went on, no figure did.
    if (event.name === 'figures' && Array.isArray(days) && days.length === 0) return;
    for (const key of KEYS[event.name]) this.waiting.add(key);
    this.again ||= event.name === 'reset';
    if (event.name === 'figures' || event.name === 'reset') this.plan();
    else this.flush();
  }

  private plan(): void {
    if (this.timer !== undefined || this.waiting.size === 0 || document.hidden) return;
    this.timer = setTimeout(() => this.flush(), Math.max(0, this.last + EVERY - Date.now()));
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (document.hidden) return;
    this.last = Date.now();
    const keys = [...this.waiting];
    this.waiting.clear();
    const now = Date.now();
    const due = ({ meta, state }: Query) =>
      (!meta?.slow || now - state.dataUpdatedAt > SLOW) && (state.status !== 'error' || this.again || now - state.errorUpdatedAt > FAILED);
    for (const key of keys) void this.queries.invalidateQueries({ queryKey: [key], predicate: due });
    this.again = false;
  }
}
