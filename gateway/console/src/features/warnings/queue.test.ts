import { describe, expect, it } from 'vitest';
import type { Warning } from '@/api/warnings';
import { ageOf, entriesOf, exploreAddress, ofOwner, thresholdText, typedThreshold } from './queue';

function warning(id: string, part: Partial<Warning> = {}): Warning {
  return {
    id, rule: 'r_1', ruleRevision: 1, severity: 'warning', indicator: 'success-rate', indicatorVersion: 1, channel: 'app', region: null, source: null,
    kind: 'below', cause: id, value: 0.9, threshold: 0.95, numerator: 90, denominator: 100, n: 100, since: '2026-11-24T01:40:00Z',
    lastSeen: '2026-11-25T02:00:00Z', goingOn: true, endedAt: null, state: 'new', owner: null, snoozedUntil: null, useful: null, detail: null,
    nextStep: { 'zh-CN': '看', en: 'look' }, evidence: [], notify: [], revision: 1, history: [], ...part,
  };
}

describe('the queue', () => {
  it('puts warnings of one cause where the first of them stands, and leaves the rest in order', () => {
    const queue = [warning('a'), warning('b', { cause: 'feed/x' }), warning('c'), warning('d', { cause: 'feed/x' })];
    const entries = entriesOf(queue, [{ cause: 'feed/x', count: 2 }]);
    expect(entries.map((entry) => (entry.kind === 'one' ? entry.warning.id : entry.warnings.map(({ id }) => id)))).toEqual(['a', ['b', 'd'], 'c']);
  });

  it('makes no group of one', () => {
    expect(entriesOf([warning('b', { cause: 'feed/x' })], [{ cause: 'feed/x', count: 2 }])).toEqual([expect.objectContaining({ kind: 'one' })]);
  });

  it('knows mine, nobody’s and everybody’s', () => {
    const all = [warning('a', { owner: 'li' }), warning('b'), warning('c', { owner: 'wang' })];
    const ids = (owner: 'anyone' | 'me' | 'nobody') => ofOwner(all, owner, 'li').map(({ id }) => id);
    expect([ids('anyone'), ids('me'), ids('nobody')]).toEqual([['a', 'b', 'c'], ['a'], ['b']]);
  });

  it('leads to the figure with its scope, from a week before, in the operator’s days', () => {
    expect(exploreAddress(warning('a', { region: '44' }), 'Asia/Shanghai')).toBe(
      '/explore?i=success-rate&p=2026-11-17..2026-11-25&ch=app&r=44',
    );
    expect(exploreAddress(warning('a', { indicator: null }), 'Asia/Shanghai')).toBeNull();
  });

  it('says how long in the largest whole unit', () => {
    const at = (minutes: number) => ageOf('2026-11-24T00:00:00Z', Date.parse('2026-11-24T00:00:00Z') + minutes * 60_000);
    expect([at(0), at(119), at(120), at(2879), at(2880)]).toEqual([
      { unit: 'minutes', n: 0 },
      { unit: 'minutes', n: 119 },
      { unit: 'hours', n: 2 },
      { unit: 'hours', n: 47 },
      { unit: 'days', n: 2 },
    ]);
  });
});

describe('a threshold', () => {
  it('is typed in per cent, yuan, seconds or as it is', () => {
    expect(typedThreshold('95', 'rate')).toBe(0.95);
    expect(typedThreshold('57', 'rate')).toBe(0.57);
    expect(typedThreshold('12.5', 'fen')).toBe(1250);
    expect(typedThreshold('1.5', 'ms')).toBe(1500);
    expect(typedThreshold('300', 'count')).toBe(300);
    expect([typedThreshold('', 'count'), typedThreshold('x', 'count'), typedThreshold('-1', 'count')]).toEqual([null, null, null]);
  });

  it('is shown as it was typed', () => {
    for (const text of ['95', '57', '99.9', '0.07']) expect(thresholdText(typedThreshold(text, 'rate'), 'rate')).toBe(text);
  });
});
