import type { LiveEvent, LiveState, LiveStatus, Source } from './events';
import { openStream } from './stream';

type Message = { kind: 'event'; event: LiveEvent } | { kind: 'state'; status: LiveStatus } | { kind: 'ask' };

/**
 * One connection per stream and browser, [P3]: the tab that holds the lock opens it and tells the others; when it closes, the next one takes over.
 * Where there are no locks (plain http on another machine), every tab has its own.
 */
export class Live {
  private status: LiveStatus = { state: 'reconnecting', since: Date.now() };
  private readonly listeners = new Set<() => void>();
  private readonly from: Source;
  private readonly onEvent: (event: LiveEvent) => void;

  constructor(from: Source, onEvent: (event: LiveEvent) => void) {
    this.from = from;
    this.onEvent = onEvent;
  }

  /** Until the function that is returned is called. */
  start(): () => void {
    const over = new AbortController();
    const tab = new Tab(this, new BroadcastChannel(this.from.name), this.from, over.signal);
    tab.join();
    return () => over.abort();
  }

  getStatus = (): LiveStatus => this.status;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** @internal */
  hear(event: LiveEvent): void {
    this.onEvent(event);
  }

  /** @internal */
  set(status: LiveStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener();
  }
}

/** This tab's part: following, until it is its turn to lead. */
class Tab {
  private leading = false;

  constructor(
    private readonly live: Live,
    private readonly others: BroadcastChannel,
    private readonly from: Source,
    private readonly over: AbortSignal,
  ) {}

  join(): void {
    this.others.addEventListener('message', ({ data }: MessageEvent<Message>) => this.heard(data));
    this.over.addEventListener('abort', () => this.others.close());
    this.say({ kind: 'ask' });
    if (!('locks' in navigator)) {
      this.lead();
      return;
    }
    const untilOver = () =>
      new Promise<void>((resolve) => {
        this.lead();
        this.over.addEventListener('abort', () => resolve());
      });
    navigator.locks.request(this.from.name, { signal: this.over }, untilOver).catch(() => undefined);
  }

  private lead(): void {
    this.leading = true;
    const handlers = {
      event: (event: LiveEvent) => {
        this.live.hear(event);
        this.say({ kind: 'event', event });
      },
      state: (state: LiveState) => this.tell(state),
    };
    let close = openStream(this.from, handlers);
    addEventListener('offline', () => this.tell('offline'), { signal: this.over });
    // A connection may have lived through it, or be dead without knowing: a new one is sure.
    const again = () => {
      this.tell('reconnecting');
      close();
      close = openStream(this.from, handlers, true);
    };
    addEventListener('online', again, { signal: this.over });
    this.over.addEventListener('abort', () => close());
  }

  private tell(state: LiveState): void {
    const now = this.live.getStatus();
    if (state !== now.state) this.live.set({ state, since: Date.now() });
    this.say({ kind: 'state', status: this.live.getStatus() });
  }

  private heard(message: Message): void {
    if (message.kind === 'event') this.live.hear(message.event);
    else if (message.kind === 'state') this.live.set(message.status);
    else if (this.leading) this.say({ kind: 'state', status: this.live.getStatus() });
  }

  private say(message: Message): void {
    if (!this.over.aborted) this.others.postMessage(message);
  }
}
