import { expect, it } from 'vitest';
import { countdown, promiseOf, shortId } from './first-reply';

const NOW = Date.parse('2026-11-26T10:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const open = { firstReplyAt: null, state: 'active' as const };

it('says how a promise stands', () => {
  expect(promiseOf({ ...open, firstReplyDue: at(100) }, NOW)).toEqual({ state: 'pending', left: 100_000 });
  expect(promiseOf({ ...open, firstReplyDue: at(30) }, NOW).state).toBe('imminent');
  expect(promiseOf({ ...open, firstReplyDue: at(0) }, NOW)).toEqual({ state: 'breached', left: 0 });
  expect(promiseOf({ ...open, firstReplyDue: at(-125) }, NOW)).toEqual({ state: 'breached', left: 125_000 });
  expect(promiseOf({ ...open, firstReplyDue: at(10), firstReplyAt: at(10) }, NOW).state).toBe('met');
  expect(promiseOf({ ...open, firstReplyDue: at(10), firstReplyAt: at(11) }, NOW).state).toBe('late');
  expect(promiseOf({ ...open, firstReplyDue: null }, NOW).state).toBe('none');
  expect(promiseOf({ ...open, firstReplyDue: at(10), state: 'closed' }, NOW).state).toBe('none');
});

it.each([
  [100_000, '1:40'],
  [99_001, '1:40'],
  [9_000, '0:09'],
  [0, '0:00'],
  [3_723_000, '1:02:03'],
])('writes %d ms as %s', (ms, text) => expect(countdown(ms)).toBe(text));

it('shortens a pseudonym', () => {
  expect(shortId('c_AbCdEfGhIjKl')).toBe('AbCdEfGh');
  expect(shortId('c_ab')).toBe('ab');
  expect(shortId('visitor')).toBe('visitor');
});
