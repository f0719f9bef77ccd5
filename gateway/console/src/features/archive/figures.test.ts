import { describe, expect, it } from 'vitest';
import type { Entry, Measure, Verdict } from '@/api/archive';
import { judgeable, lastWithCases, marksOf, rateOf, spanOf, standing, withVerdicts } from './figures';

const entry = (number: number, subject: string, part: Partial<Entry>): Entry => ({
  number, at: `2026-11-0${number}T08:00:00Z`, by: 'user:wang', kind: 'measure', subject, case: null, measure: null, verdict: null, ...part,
});
const verdict = (number: number, measure: string, month: string, word: Verdict['verdict']): Entry =>
  entry(number, measure, { kind: 'verdict', verdict: { product: 'callerid', measure, month, verdict: word, before: 5, after: 3, suggested: 'persists' } });

describe('months', () => {
  it('end with the running one', () => {
    expect(spanOf('2026-03-15', 12)).toEqual({ from: '2025-04', to: '2026-03' });
  });

  it('can be judged from the first of a measure on, and that one even while it is to come', () => {
    expect(judgeable('2026-09', '2026-11-27')).toEqual(['2026-11', '2026-10', '2026-09']);
    expect(judgeable('2027-01', '2026-11-27')).toEqual(['2027-01']);
  });

  it('are shown by the last one that has a case', () => {
    const month = (name: string, cases: number) => ({ month: name, cases }) as never;
    expect(lastWithCases([month('2026-09', 2), month('2026-10', 1), month('2026-11', 0)])).toMatchObject({ month: '2026-10' });
    expect(lastWithCases([month('2026-10', 0), month('2026-11', 0)])).toMatchObject({ month: '2026-11' });
    expect(lastWithCases([])).toBeUndefined();
  });
});

describe('a rate', () => {
  it('of nothing is none', () => {
    expect(rateOf({ code: 'timely', count: 0, of: 0 })).toBeNull();
    expect(rateOf({ code: 'timely', count: 1, of: 4 })).toBe(0.25);
  });
});

describe('measures', () => {
  const measures = [entry(4, 'm_b', {}), entry(1, 'm_a', {})];
  const verdicts = [verdict(6, 'm_a', '2026-10', 'worked'), verdict(5, 'm_a', '2026-11', 'persists'), verdict(3, 'm_a', '2026-10', 'persists')];

  it('are numbered as they were taken, the newest first, each with its verdicts', () => {
    const all = withVerdicts({ measures, verdicts });
    expect(all.map(({ order, entry: { subject }, verdicts: own }) => [order, subject, own.length])).toEqual([[2, 'm_b', 0], [1, 'm_a', 3]]);
  });

  it('stand as the latest month judged says, by the last word of it', () => {
    const [second, first] = withVerdicts({ measures, verdicts });
    expect(standing(second!)).toBeNull();
    expect(standing(first!)).toMatchObject({ month: '2026-11', verdict: 'persists' });
    const again = withVerdicts({ measures, verdicts: [verdict(7, 'm_a', '2026-11', 'worked'), ...verdicts] })[1]!;
    expect(standing(again)).toMatchObject({ month: '2026-11', verdict: 'worked' });
  });

  it('mark the month in which they should be felt, several of them once', () => {
    const from = (month: string) => ({ from: month }) as Measure;
    expect(marksOf([from('2026-10'), from('2027-01'), from('2026-10')], [{ month: '2026-10' }, { month: '2026-11' }])).toEqual([{ month: '2026-10', orders: [1, 3] }]);
  });
});
