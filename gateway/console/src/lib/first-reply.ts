import type { Conversation } from '@/api/conversations';

/** How the promise of a first reply stands. [D7] */
export type PromiseState = 'pending' | 'imminent' | 'breached' | 'met' | 'late' | 'none';

/** As on the wall of supervisors. */
const IMMINENT = 30_000;

export interface Promised {
  state: PromiseState;
  /** Until it is broken, or since: in ms. */
  left: number;
}

type Replied = Pick<Conversation, 'firstReplyDue' | 'firstReplyAt' | 'state'>;

/** `none` of what nothing was promised of, or what was closed without a word. */
export function promiseOf({ firstReplyDue, firstReplyAt, state }: Replied, now: number): Promised {
  if (firstReplyDue === null) return { state: 'none', left: 0 };
  const due = Date.parse(firstReplyDue);
  if (firstReplyAt !== null) return { state: Date.parse(firstReplyAt) <= due ? 'met' : 'late', left: 0 };
  if (state === 'closed') return { state: 'none', left: 0 };
  const left = due - now;
  if (left <= 0) return { state: 'breached', left: now - due };
  return { state: left <= IMMINENT ? 'imminent' : 'pending', left };
}

/** 1:40, 12:05, 1:02:03; a begun second counts. */
export function countdown(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Enough of a pseudonym to tell two apart. */
export function shortId(customer: string): string {
  const name = customer.replace(/^[a-z]_/, '');
  return name.length > 8 ? name.slice(0, 8) : name;
}
