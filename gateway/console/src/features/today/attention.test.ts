import { expect, it } from 'vitest';
import type { Attained } from '@/api/targets';
import type { Feed } from '@/api/feeds';
import type { Warning } from '@/api/warnings';
import { attentionOf } from './attention';

let causes = 0;
const warning = (part: Partial<Warning>) => ({ cause: `cause ${causes++}`, severity: 'warning', since: '2026-11-25T01:00Z', state: 'new', kind: 'below', ...part }) as Warning;
const target = (part: Partial<Attained>) => ({ verdict: 'at-risk', attainment: 0.95, ...part }) as Attained;
const feed = (channel: string, state: string) => ({ channel, state, coveredTo: '2026-11-25T00:00Z' }) as Feed;

it('puts the severe before the old, and the largest gap before the small ones', () => {
  const items = attentionOf(
    [warning({ id: 'late' }), warning({ id: 'old', since: '2026-11-24T00:00Z' }), warning({ id: 'bad', severity: 'critical' })],
    [target({ indicator: 'near' }), target({ indicator: 'far', attainment: 0.5 })],
    [],
  );
  expect(items.map((item) => (item.kind === 'warning' ? item.warning.id : item.kind === 'gap' ? item.target.indicator : ''))).toEqual([
    'bad', 'old', 'late', 'far', 'near',
  ]);
});

it('leaves out what rests, what is well, and a feed that has a warning', () => {
  const items = attentionOf(
    [warning({ state: 'snoozed' }), warning({ kind: 'late-feed', channel: 'app' })],
    [target({ verdict: 'on-track' })],
    [feed('app', 'late'), feed('sms', 'late'), feed('web', 'on-time')],
  );
  expect(items.map(({ kind }) => kind).sort()).toEqual(['feed', 'warning']);
});

it('shows warnings of one cause as one, with the most severe first', () => {
  const items = attentionOf(
    [warning({ id: 'a', cause: 'feed', channel: 'app' }), warning({ id: 'b', cause: 'feed', severity: 'critical', channel: 'sms' })],
    [],
    [],
  );
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ kind: 'warning', severity: 'critical', warning: { id: 'b' }, others: [{ id: 'a' }] });
});
