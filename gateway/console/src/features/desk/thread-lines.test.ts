import { expect, it } from 'vitest';
import type { Message } from '@/api/conversations';
import { withMessage } from './composers';
import { askedLast, linesOf, unseen } from './thread-lines';
import { others } from './use-presence';

function said(seq: number, part: Partial<Message> = {}): Message {
  return { seq, side: 'customer', kind: 'text', author: 'customer', clientId: `c${seq}`, text: `text ${seq}`, at: '2026-11-26T10:00:00Z', ...part };
}

it('puts a line before each day of the zone', () => {
  const lines = linesOf([said(1, { at: '2026-11-25T15:59:00Z' }), said(2, { at: '2026-11-25T16:01:00Z' }), said(3, { at: '2026-11-25T17:00:00Z' })], 'Asia/Shanghai');
  expect(lines.map((line) => (line.kind === 'day' ? line.day : line.message.seq))).toEqual(['2026-11-25', 1, '2026-11-26', 2, 3]);
});

it('counts as unseen what others said to or for the customer, as the server does', () => {
  const messages = [
    said(1),
    said(2),
    said(3, { side: 'agent', author: 'me' }),
    said(4, { side: 'agent', author: 'other' }),
    said(5, { side: 'agent', author: 'other', kind: 'note' }),
  ];
  expect(unseen(messages, 1, 'me').map(({ seq }) => seq)).toEqual([2, 4]);
  expect(unseen(messages, 5, 'me')).toEqual([]);
});

it('knows what the customer asked last', () => {
  const answer = said(3, { side: 'agent', author: 'me' });
  expect(askedLast([said(1), answer, said(4), said(5)])).toBe('text 4\ntext 5');
  expect(askedLast([said(1), said(2), answer])).toBe('text 1\ntext 2');
  expect(askedLast([])).toBe('');
});

it('adds a message that was sent where nobody came between', () => {
  const thread = { conversation: null as never, messages: [said(1)] };
  expect(withMessage(thread, said(2)).messages).toHaveLength(2);
  expect(withMessage(thread, said(3)).messages).toHaveLength(1);
  expect(withMessage(thread, said(1)).messages).toHaveLength(1);
});

it('shows the others who are there, the customer first', () => {
  const at = '2026-11-26T10:00:00Z';
  expect(others({ zoe: { status: 'idle', at }, me: { status: 'viewing', at }, customer: { status: 'typing', at } }, 'me')).toEqual([
    { name: null, status: 'typing' },
    { name: 'zoe', status: 'idle' },
  ]);
});
