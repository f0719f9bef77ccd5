import type { Message } from '@/api/conversations';
import { dayIn } from '@/filters/period';

export type Line = { kind: 'day'; day: string } | { kind: 'message'; message: Message };

/** Messages with a line before the first one of each day. */
export function linesOf(messages: readonly Message[], zone: string): Line[] {
  const lines: Line[] = [];
  let last = '';
  for (const message of messages) {
    const day = dayIn(message.at, zone);
    if (day !== last) lines.push({ kind: 'day', day });
    last = day;
    lines.push({ kind: 'message', message });
  }
  return lines;
}

/** What others said to the customer or what the customer said, after a number: the server refuses an answer over it. [D3] */
export function unseen(messages: readonly Message[], seen: number, me: string): Message[] {
  return messages.filter(({ seq, kind, author }) => seq > seen && kind === 'text' && author !== me);
}

/** The customer's last words since the last answer, or the very last ones: what it is about now. */
export function askedLast(messages: readonly Message[]): string {
  const said: string[] = [];
  for (const { side, kind, text } of messages.toReversed()) {
    if (kind === 'note') continue;
    if (side === 'agent' && said.length > 0) break;
    if (side === 'customer' && text) said.unshift(text);
  }
  return said.join('\n');
}
