import { expect, it } from 'vitest';
import type { Conversation } from '@/api/conversations';
import { counts, drillOf, drillText, listsOf } from './drill';

const NOW = Date.parse('2026-11-26T10:00:00Z');
const one = { skill: 'billing', state: 'active', firstReplyAt: null, firstReplyDue: '2026-11-26T10:00:20Z' } as Conversation;

it('reads what an address says, and nothing else', () => {
  expect(drillOf('overdue:billing')).toEqual({ what: 'overdue', of: 'billing' });
  expect(drillOf('waiting')).toEqual({ what: 'waiting', of: '' });
  expect(drillOf('agent:li:na')).toEqual({ what: 'agent', of: 'li:na' });
  expect(drillOf('other:billing')).toBeNull();
  expect(drillText({ what: 'overdue', of: 'billing' })).toBe('overdue:billing');
});

it('asks the lists that can have it', () => {
  expect(listsOf({ what: 'agent', of: 'li.na' })).toEqual([{ state: 'active', agent: 'li.na' }]);
  expect(listsOf({ what: 'overdue', of: '' })).toEqual([{ state: 'waiting' }, { state: 'active' }]);
});

it('counts as the server does', () => {
  expect(counts({ what: 'imminent', of: 'billing' }, one, NOW)).toBe(true);
  expect(counts({ what: 'overdue', of: 'billing' }, one, NOW)).toBe(false);
  expect(counts({ what: 'overdue', of: 'billing' }, one, NOW + 20_000)).toBe(true);
  expect(counts({ what: 'active', of: 'other' }, one, NOW)).toBe(false);
  expect(counts({ what: 'agent', of: 'li.na' }, one, NOW)).toBe(true);
});
