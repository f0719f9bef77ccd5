import type { Conversation, ConversationFilter } from '@/api/conversations';
import { promiseOf } from '@/lib/first-reply';

export type What = 'waiting' | 'active' | 'overdue' | 'imminent' | 'agent';

/** A number of the wall: what it counts, and of which skill or agent; of all where that is empty. */
export interface Drill {
  what: What;
  of: string;
}

const WHATS: ReadonlySet<string> = new Set<What>(['waiting', 'active', 'overdue', 'imminent', 'agent']);

/** As the address says it: `overdue:billing`. */
export function drillOf(text: string): Drill | null {
  const at = text.indexOf(':');
  const what = at < 0 ? text : text.slice(0, at);
  return WHATS.has(what) ? { what: what as What, of: at < 0 ? '' : text.slice(at + 1) } : null;
}

export function drillText({ what, of }: Drill): string {
  return of === '' ? what : `${what}:${of}`;
}

/** The lists that have the conversations which a number counts. */
export function listsOf({ what, of }: Drill): ConversationFilter[] {
  if (what === 'agent') return [{ state: 'active', agent: of }];
  if (what === 'waiting' || what === 'active') return [{ state: what }];
  return [{ state: 'waiting' }, { state: 'active' }];
}

/** Whether a number counts a conversation, as the server does. */
export function counts({ what, of }: Drill, one: Conversation, now: number): boolean {
  if (what !== 'agent' && of !== '' && one.skill !== of) return false;
  const { state } = promiseOf(one, now);
  if (what === 'overdue') return state === 'breached';
  return what === 'imminent' ? state === 'imminent' : true;
}
