import { type Api, type Hit, Refused } from './api';
import { EMPTY, type Thread, confirm, merge, nextToSend, pause, refuse, write } from './thread';

const POLL = 10_000;
const TYPING_EVERY = 4_000;

/** What the page shows beside the thread. */
export interface Chat {
  thread: Thread;
  /** The last call did not get through. */
  offline: boolean;
  /** The token is worth nothing any more. */
  expired: boolean;
  /** Articles offered for what the customer is about to say, which waits meanwhile. */
  offer: { text: string; hits: readonly Hit[] } | null;
}

/** Keeps the conversation: sends in order until it is there, hears what is new, and begins again wherever it broke off. */
export class Conversation {
  private chat: Chat;
  private failures = 0;
  private sending = false;
  private listening = false;
  private reading: Promise<void> | null = null;
  private readAgain = false;
  private typedAt = 0;
  private stream = new AbortController();

  /** @param store - where what is not sent yet comes through a reload. */
  constructor(
    private readonly api: Api,
    private readonly store: { load: () => Thread['unsent']; save: (unsent: Thread['unsent']) => void },
    private readonly show: (chat: Chat) => void,
  ) {
    this.chat = { thread: { ...EMPTY, unsent: store.load() }, offline: false, expired: false, offer: null };
  }

  get now(): Chat {
    return this.chat;
  }

  async start(): Promise<void> {
    addEventListener('online', () => void this.again());
    document.addEventListener('visibilitychange', () => !document.hidden && void this.read());
    setInterval(() => this.chat.thread.state !== 'none' && void this.read(), POLL);
    await this.read();
    void this.send();
  }

  /** The first question is first looked up; with nothing found, and ever after, it is said at once. */
  async ask(text: string): Promise<void> {
    const { thread } = this.chat;
    if (thread.state !== 'none' || thread.unsent.length > 0 || this.chat.offer) return this.say(text);
    const hits = await this.api.search(text).catch(() => []);
    if (hits.length === 0) return this.say(text);
    this.set({ offer: { text, hits } });
  }

  say(text: string): void {
    this.set({ offer: null, thread: write(this.chat.thread, crypto.randomUUID(), text) });
    void this.send();
  }

  /** The articles have helped: nothing is to be said. */
  helped(article: string): void {
    this.set({ offer: null });
    void this.api.judge(article, true).catch(() => undefined);
  }

  withdraw(): void {
    this.set({ offer: null });
  }

  retry(clientId: string): void {
    this.set({ thread: refuse(this.chat.thread, clientId, false) });
    void this.send();
  }

  types(): void {
    if (this.chat.thread.state === 'none' || this.chat.thread.state === 'closed' || Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    void this.api.types('typing').catch(() => undefined);
  }

  async leave(): Promise<void> {
    await this.tryTo(() => this.api.leave());
    await this.read();
  }

  async rate(rating: number): Promise<void> {
    await this.tryTo(() => this.api.rate(rating));
    await this.read();
  }

  private async again(): Promise<void> {
    await this.read();
    void this.send();
  }

  /** One after the other, each again under its own id until the server has it. */
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let next = nextToSend(this.chat.thread); next && !this.chat.expired; next = nextToSend(this.chat.thread)) {
      const { clientId, text } = next;
      const message = await this.tryTo(() => this.api.say(clientId, text));
      if (message) this.set({ thread: confirm(this.chat.thread, message) });
      else if (this.chat.offline) await new Promise((resolve) => setTimeout(resolve, pause(this.failures)));
      else this.set({ thread: refuse(this.chat.thread, clientId, true) });
    }
    this.sending = false;
    await this.read();
  }

  /** Asks what is new; who asks while it is being asked is answered by one more time. */
  private async read(): Promise<void> {
    if (this.reading) {
      this.readAgain = true;
      return this.reading;
    }
    this.reading = this.readOn();
    await this.reading;
    this.reading = null;
    if (!this.readAgain) return;
    this.readAgain = false;
    await this.read();
  }

  private async readOn(): Promise<void> {
    const { thread } = this.chat;
    // After the end another conversation may have begun, whose numbers begin anew.
    const after = thread.state === 'closed' ? 0 : thread.read;
    const now = await this.tryTo(() => this.api.read(after));
    if (!now) return;
    this.set({ thread: merge(this.chat.thread, now, after) });
    // The stream is the old conversation's; another one has begun.
    if (thread.state === 'closed' && now.state !== 'closed') this.stream.abort();
    if (now.more) this.readAgain = true;
    if (now.state !== 'none') void this.listen();
  }

  private async listen(): Promise<void> {
    if (this.listening) return;
    this.listening = true;
    for (let failures = 0; !this.chat.expired; failures++) {
      this.stream = new AbortController();
      const hear = (name: string, data: string) => {
        failures = 0;
        this.hear(name, data);
      };
      try {
        await this.api.listen(hear, this.stream.signal);
      } catch (wrong) {
        if (wrong instanceof Refused && wrong.status === 401) this.set({ expired: true });
      }
      await new Promise((resolve) => setTimeout(resolve, pause(failures)));
    }
    this.listening = false;
  }

  private hear(name: string, data: string): void {
    if (name === 'queue') this.set({ thread: { ...this.chat.thread, queue: JSON.parse(data) } });
    else void this.read();
  }

  private async tryTo<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await call();
      this.failures = 0;
      if (this.chat.offline) this.set({ offline: false });
      return answer;
    } catch (wrong) {
      if (wrong instanceof Refused) {
        if (wrong.status === 401) this.set({ expired: true });
        if (this.chat.offline) this.set({ offline: false });
      } else {
        this.failures++;
        this.set({ offline: true });
      }
      return undefined;
    }
  }

  private set(change: Partial<Chat>): void {
    this.chat = { ...this.chat, ...change };
    if (change.thread) this.store.save(change.thread.unsent);
    this.show(this.chat);
  }
}
