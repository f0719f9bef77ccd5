import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';
import type { EventName, LiveEvent } from './events';

/** Between two refreshes of the figures: they change every second, nobody reads that fast. [P4] */
const FIGURES = 5_000;
/** Between two refreshes of a list that twenty people work on at once. [D11] */
const LISTS = 1_000;
/** What is drawn small or of a year ago, `meta: { slow: true }`, may be this old. */
const SLOW = 60_000;
/** What failed is asked again after so long: sooner would be a hail upon a server that is down. */
const FAILED = 20_000;

interface Effect {
  /** Cached answers that it makes old. */
  keys: readonly string[];
  /** How often they are asked for again at most, in ms; 0 is at once. */
  every: number;
}

const EFFECTS: Record<EventName, readonly Effect[]> = {
  figures: [{ keys: ['figures', 'feeds', 'rollups', 'attainment'], every: FIGURES }],
  targets: [{ keys: ['targets', 'attainment'], every: 0 }],
  warnings: [{ keys: ['warnings'], every: 0 }],
  catalogue: [{ keys: ['catalogue', 'definitions', 'figures'], every: 0 }],
  annotations: [{ keys: ['annotations'], every: 0 }],
  reset: [
    {
      keys: ['figures', 'feeds', 'rollups', 'targets', 'attainment', 'warnings', 'catalogue', 'definitions', 'simulator'],
      every: FIGURES,
    },
  ],
  conversation: [
    { keys: ['conversation'], every: 0 },
    { keys: ['conversations', 'wall'], every: LISTS },
  ],
  presence: [{ keys: ['presence'], every: 0 }],
  ticket: [
    { keys: ['ticket'], every: 0 },
    { keys: ['tickets'], every: LISTS },
  ],
  agents: [{ keys: ['agents', 'wall', 'duty'], every: LISTS }],
  queue: [{ keys: ['wall'], every: LISTS }],
  'care-reset': [{ keys: ['conversation', 'conversations', 'presence', 'ticket', 'tickets', 'agents', 'wall', 'duty'], every: LISTS }],
};

/** Events of one thing: only what is cached of this one becomes old. */
const ONE = new Set(['conversation', 'presence', 'ticket']);

/** Turns events into refetches: people's changes at once, lists and figures not too often, and none while the page is hidden. */
export class Refresher {
  private readonly lanes: ReadonlyMap<number, Lane>;

  constructor(queries: QueryClient) {
    this.lanes = new Map([0, LISTS, FIGURES].map((every) => [every, new Lane(queries, every)]));
    document.addEventListener('visibilitychange', () => this.lanes.forEach((lane) => lane.plan()));
  }

  on({ name, data }: LiveEvent): void {
    // Time went on, no figure did.
    if (name === 'figures' && Array.isArray(data.days) && data.days.length === 0) return;
    for (const { keys, every } of EFFECTS[name]) {
      const lane = this.lanes.get(every)!;
      for (const key of keys) lane.add(ONE.has(name) && ONE.has(key) ? [key, data.id] : [key]);
      if (name === 'reset' || name === 'care-reset') lane.again = true;
      lane.plan();
    }
  }
}

/** What is asked for again with the same haste. */
class Lane {
  /** The connection is new: what failed may well be there now. */
  again = false;
  private readonly waiting = new Map<string, QueryKey>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;

  constructor(
    private readonly queries: QueryClient,
    private readonly every: number,
  ) {}

  add(key: QueryKey): void {
    this.waiting.set(JSON.stringify(key), key);
  }

  plan(): void {
    if (this.timer !== undefined || this.waiting.size === 0 || document.hidden) return;
    if (this.every === 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), Math.max(0, this.last + this.every - Date.now()));
  }

  private flush(): void {
    this.timer = undefined;
    if (document.hidden) return;
    this.last = Date.now();
    const keys = [...this.waiting.values()];
    this.waiting.clear();
    const now = Date.now();
    const { again } = this;
    const due = ({ meta, state }: Query) =>
      (!meta?.slow || now - state.dataUpdatedAt > SLOW) && (state.status !== 'error' || again || now - state.errorUpdatedAt > FAILED);
    for (const queryKey of keys) void this.queries.invalidateQueries({ queryKey, predicate: due });
    this.again = false;
  }
}
