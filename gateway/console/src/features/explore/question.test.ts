import { describe, expect, it } from 'vitest';
import type { Definition } from '@/api/indicators';
import type { Filters } from '@/filters/filters';
import { extremesOf, nextDimension, questionsOf } from './question';

const all: Filters = { period: '7d', compare: null, channel: ['app'], region: [], brand: ['gotone'] };
const rate = { dimensions: ['channel', 'service', 'region', 'brand'], grains: ['total', 'month', 'day', 'hour'] } as unknown as Definition;
const distinct = { dimensions: ['channel', 'region'], grains: ['total', 'month', 'day'] } as unknown as Definition;
const asked = { by: null, grain: '', service: [] };

describe('questionsOf', () => {
  it('leaves out filters, breakdowns and grains that the indicator does not offer', () => {
    const questions = questionsOf(distinct, { ...all, period: 'today' }, { by: 'brand', grain: 'hour', service: ['payment.topup'] }, '2026-11-25');
    expect(questions.without).toEqual(['service', 'brand']);
    expect(questions.by).toBeNull();
    expect(questions.line.grain).toBe('day');
    expect(questions.total).toEqual({ from: '2026-11-25', to: '2026-11-26', channel: ['app'], compare: 'weekday' });
  });

  it('breaks down the total with its comparison, and the line without', () => {
    const { breakdown, line } = questionsOf(rate, all, { ...asked, by: 'service' }, '2026-11-25');
    expect(breakdown).toMatchObject({ by: ['service'], compare: 'weekday' });
    expect(line).toMatchObject({ by: ['service'], compare: null, grain: 'day' });
  });
});

describe('nextDimension', () => {
  it('goes on with what has not been narrowed yet', () => {
    expect(nextDimension(rate, 'channel', ['channel'])).toBe('service');
    expect(nextDimension(rate, 'service', ['service', 'region', 'channel'])).toBe('brand');
    expect(nextDimension(distinct, 'region', ['channel', 'region'])).toBeNull();
  });
});

it('says nothing of points that are not finished', () => {
  const points = [
    { at: '2026-11-23', value: 0.9, complete: true },
    { at: '2026-11-24', value: 0.8, complete: true },
    { at: '2026-11-25', value: 0.1, complete: false },
  ];
  expect(extremesOf(points)).toEqual({ last: points[1] && { at: '2026-11-24', value: 0.8 }, high: { at: '2026-11-23', value: 0.9 }, low: { at: '2026-11-24', value: 0.8 } });
  expect(extremesOf([])).toBeNull();
});
