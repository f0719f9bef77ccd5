import type { Conversation } from '@/api/conversations';

/**
 * By what breaks first: those without a first reply by its due instant, then customers who had the last word, who waits longest first, then
 * the rest, the last touched first.
 */
export function inOrder(conversations: readonly Conversation[]): Conversation[] {
  const rank = (one: Conversation) => (one.firstReplyAt === null && one.firstReplyDue !== null ? 0 : one.lastSide === 'customer' ? 1 : 2);
  const at = (one: Conversation) => Date.parse(one.lastAt ?? one.openedAt);
  return [...conversations].sort((one, other) => {
    const group = rank(one);
    if (group !== rank(other)) return group - rank(other);
    if (group === 0) return Date.parse(one.firstReplyDue!) - Date.parse(other.firstReplyDue!) || one.id.localeCompare(other.id);
    return group === 1 ? at(one) - at(other) : at(other) - at(one);
  });
}

/** Customers who wait for an answer: what is to be told when it grows. */
export function openEnded(mine: readonly Conversation[]): number {
  return mine.filter(({ lastSide, state }) => state === 'active' && lastSide === 'customer').length;
}
