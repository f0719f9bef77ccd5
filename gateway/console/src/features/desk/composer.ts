import type { Draft, Kind, Message, Refusal, Sending } from '@/api/conversations';
import { refusalOf } from '@/api/conversations';
import { randomId } from '@/lib/random-id';

/** A message on its way, or one that did not arrive: it stays where it is until somebody decides. [D5] */
export interface Outgoing extends Sending {
  state: 'sending' | 'failed';
  refusal: Refusal | null;
  /** Why it failed, as the server says. */
  reason: string;
}

export interface ComposerState {
  text: string;
  kind: Kind;
  outgoing: readonly Outgoing[];
  /** The answer was refused, because of messages after this number. */
  staleAfter: number | null;
  /** Whether the server has all of it. */
  saved: 'saved' | 'saving' | 'failed';
}

export interface ComposerWire {
  read: () => Promise<Draft>;
  save: (text: string, kind: Kind, leaving: boolean) => Promise<void>;
  send: (message: Sending) => Promise<Message>;
}

/** From the first key to the draft on the server; with the way there it is within a second. [D2] */
const SAVE_AFTER = 600;
const SAVE_AGAIN = 3_000;
/** As long as a message may be. */
export const LONGEST = 4_000;

const EMPTY: ComposerState = { text: '', kind: 'text', outgoing: [], staleAfter: null, saved: 'saved' };

/** What one agent is about to say in one conversation. Nothing typed is lost: it is here, on the server as a draft, or sent. */
export class Composer {
  private state = EMPTY;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What the server has. */
  private kept = { text: '', kind: 'text' as Kind };
  private saving = false;

  constructor(private readonly wire: ComposerWire) {}

  getState = (): ComposerState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes over what was typed elsewhere, or before a reload; what is typed here meanwhile comes after it. */
  async load(): Promise<void> {
    if (this.draft().text !== '' || this.kept.text !== '' || this.saving) return;
    const found = await this.wire.read().catch(() => null);
    if (!found || found.text === '') return;
    this.kept = { text: found.text, kind: found.kind };
    this.set(joined(found, this.state));
    this.plan();
  }

  type(text: string): void {
    this.set({ text });
    this.plan();
  }

  /** Another kind is another place that it goes to: it is only ever changed on purpose. */
  setKind(kind: Kind): void {
    this.set({ kind });
    this.plan();
  }

  /** @param seen - number of the last message that was shown. @returns whether it arrived. */
  async send(seen: number): Promise<boolean> {
    const { text, kind } = this.state;
    if (text.trim() === '') return false;
    const message: Sending = { clientId: randomId(), text, kind, seen };
    this.set({ text: '', staleAfter: null, outgoing: [...this.state.outgoing, { ...message, state: 'sending', refusal: null, reason: '' }] });
    return this.give(message);
  }

  /** The same message once more: it is one, however often it is sent. */
  async retry(clientId: string): Promise<boolean> {
    const one = this.state.outgoing.find((each) => each.clientId === clientId);
    if (!one || one.state === 'sending') return false;
    this.mark(clientId, { state: 'sending', refusal: null, reason: '' });
    return this.give(one);
  }

  /** Back into the field, to be changed. */
  takeBack(clientId: string): void {
    const one = this.state.outgoing.find((each) => each.clientId === clientId);
    if (!one || one.state === 'sending') return;
    this.set({ ...joined(one, this.state), outgoing: this.without(clientId) });
    this.plan();
  }

  /** The page or the conversation is being left. */
  flush(leaving = false): void {
    if (this.timer !== undefined) void this.save(leaving);
  }

  private async give({ clientId, text, kind, seen }: Sending): Promise<boolean> {
    try {
      await this.wire.send({ clientId, text, kind, seen });
    } catch (fault) {
      const refusal = refusalOf(fault);
      this.mark(clientId, { state: 'failed', refusal, reason: fault instanceof Error ? fault.message : '' });
      if (refusal === 'stale-thread' && (this.state.text === '' || this.state.kind === kind)) {
        this.takeBack(clientId);
        this.set({ staleAfter: seen });
      }
      return false;
    }
    this.set({ outgoing: this.without(clientId) });
    this.plan();
    return true;
  }

  private without(clientId: string): Outgoing[] {
    return this.state.outgoing.filter((each) => each.clientId !== clientId);
  }

  private mark(clientId: string, part: Partial<Outgoing>): void {
    this.set({ outgoing: this.state.outgoing.map((each) => (each.clientId === clientId ? { ...each, ...part } : each)) });
  }

  /** All that has not arrived. With a note in it, all of it is one: so it cannot get to the customer by accident. */
  private draft(): { text: string; kind: Kind } {
    const { outgoing, text, kind } = this.state;
    const parts = [...outgoing.map((one) => one.text), text].filter((part) => part !== '');
    const isNote = outgoing.some((one) => one.kind === 'note') || (text !== '' && kind === 'note');
    return { text: parts.join('\n').slice(0, LONGEST), kind: isNote ? 'note' : kind };
  }

  private plan(after = SAVE_AFTER): void {
    if (this.timer === undefined) this.timer = setTimeout(() => void this.save(), after);
  }

  private async save(leaving = false): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const now = this.draft();
    if (now.text === this.kept.text && (now.kind === this.kept.kind || now.text === '')) {
      if (!this.saving) this.set({ saved: 'saved' });
      return;
    }
    if (this.saving && !leaving) {
      this.plan();
      return;
    }
    this.saving = true;
    this.set({ saved: 'saving' });
    try {
      await this.wire.save(now.text, now.kind, leaving);
      this.kept = now;
      this.set({ saved: 'saved' });
      if (this.draft().text !== now.text) this.plan();
    } catch {
      this.set({ saved: 'failed' });
      this.plan(SAVE_AGAIN);
    } finally {
      this.saving = false;
    }
  }

  private set(part: Partial<ComposerState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

type Text = Pick<ComposerState, 'text' | 'kind'>;

/** Two texts as one; with a note it is a note: nothing that was written for colleagues becomes an answer by itself. */
function joined(first: Text, second: Text): Text {
  if (second.text === '') return { text: first.text, kind: first.kind };
  return { text: `${first.text}\n${second.text}`, kind: first.kind === 'note' ? 'note' : second.kind };
}
