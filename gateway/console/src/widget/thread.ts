import type { components } from '@/api/generated/care';

export type Message = components['schemas']['WidgetMessage'];
export type Standing = components['schemas']['WidgetBody'];

/** Something the customer has written that the server has not confirmed yet. */
export interface Unsent {
  clientId: string;
  text: string;
  /** The server refused it: sending it again by itself would not help. */
  refused: boolean;
}

/** The conversation as this page knows it. */
export interface Thread {
  state: Standing['state'];
  messages: readonly Message[];
  /** Up to this number everything was read: what was confirmed beyond it may have others before it. */
  read: number;
  unsent: readonly Unsent[];
  queue: Standing['queue'];
  agentTypes: boolean;
  rating: Standing['rating'];
}

export const EMPTY: Thread = { state: 'none', messages: [], read: 0, unsent: [], queue: null, agentTypes: false, rating: null };

/**
 * What the server says now, over what was known: each message once, in the order of its number, and nothing waits any more that the
 * server has. After the end of a conversation numbers begin anew, which is why whoever reads asks from the beginning then.
 */
export function merge(thread: Thread, now: Standing, after: number): Thread {
  const known = after === 0 ? [] : thread.messages;
  const fresh = now.messages.filter((one) => !known.some((other) => other.seq === one.seq));
  const messages = [...known, ...fresh].sort((one, other) => Number(one.seq) - Number(other.seq));
  return {
    state: now.state,
    messages,
    read: Math.max(after, ...now.messages.map((one) => Number(one.seq))),
    unsent: thread.unsent.filter((one) => !messages.some((other) => other.side === 'customer' && other.clientId === one.clientId)),
    queue: now.queue,
    agentTypes: now.agentTypes,
    rating: now.rating,
  };
}

export function write(thread: Thread, clientId: string, text: string): Thread {
  return { ...thread, unsent: [...thread.unsent, { clientId, text, refused: false }] };
}

/** The server has it. */
export function confirm(thread: Thread, message: Message): Thread {
  const known = thread.messages.some((one) => one.clientId === message.clientId && one.side === message.side);
  const messages = known ? thread.messages : [...thread.messages, message].sort((one, other) => Number(one.seq) - Number(other.seq));
  return { ...thread, messages, unsent: thread.unsent.filter((one) => one.clientId !== message.clientId) };
}

export function refuse(thread: Thread, clientId: string, refused: boolean): Thread {
  return { ...thread, unsent: thread.unsent.map((one) => (one.clientId === clientId ? { ...one, refused } : one)) };
}

/** The next one to send: in the order of writing, and none past one that is refused. */
export function nextToSend(thread: Thread): Unsent | undefined {
  const first = thread.unsent[0];
  return first?.refused ? undefined : first;
}

/** How long to wait before the next try, in ms: 1, 2, 4 … 15 s, and a part by chance, so that not all pages come back at once. */
export function pause(failures: number, chance = Math.random()): number {
  return Math.min(15_000, 1_000 * 2 ** Math.max(0, failures - 1)) * (0.75 + chance / 2);
}
