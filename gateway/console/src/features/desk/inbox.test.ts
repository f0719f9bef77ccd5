import { expect, it } from 'vitest';
import type { Conversation } from '@/api/conversations';
import { inOrder, openEnded } from './inbox';

const at = (minute: number) => `2026-11-26T10:${String(minute).padStart(2, '0')}:00Z`;

function one(id: string, part: Partial<Conversation>): Conversation {
  return { id, state: 'active', openedAt: at(0), firstReplyDue: at(2), firstReplyAt: null, lastSide: 'customer', lastAt: at(0), ...part } as Conversation;
}

it('puts first what breaks first, then who waits longest, then what was touched last', () => {
  const conversations = [
    one('answered-old', { firstReplyAt: at(1), lastSide: 'agent', lastAt: at(3) }),
    one('asks-again', { firstReplyAt: at(1), lastAt: at(9) }),
    one('due-later', { firstReplyDue: at(20) }),
    one('asked-before', { firstReplyAt: at(1), lastAt: at(4) }),
    one('answered-new', { firstReplyAt: at(1), lastSide: 'agent', lastAt: at(8) }),
    one('due-first', { firstReplyDue: at(5) }),
    one('nothing-promised', { firstReplyDue: null, lastAt: at(6) }),
  ];
  expect(inOrder(conversations).map(({ id }) => id)).toEqual([
    'due-first',
    'due-later',
    'asked-before',
    'nothing-promised',
    'asks-again',
    'answered-new',
    'answered-old',
  ]);
});

it('counts who waits for an answer', () => {
  expect(openEnded([one('a', {}), one('b', { lastSide: 'agent' }), one('c', { state: 'closed' })])).toBe(1);
});
