import { describe, expect, it } from 'vitest';
import type { Definition } from '@/api/indicators';
import type { Filters } from '@/filters/filters';
import { takes, tileQuestions } from './question';

const all: Filters = { period: '30d', compare: null, channel: [], region: [], brand: [] };
const distinct = { id: 'active-customers', dimensions: ['channel', 'region'] } as unknown as Definition;
const today = '2026-11-25';

describe('takes', () => {
  it('leaves out what the indicator does not know, and names it', () => {
    const filters = { ...all, channel: ['app'], brand: ['gotone'] };
    expect(takes(distinct, filters)).toEqual({ filter: { channel: ['app'] }, without: ['brand'] });
  });
});

describe('tileQuestions', () => {
  it('compares days with the same weekdays and shows a line of the period', () => {
    const { total, year, line } = tileQuestions(distinct, all, today);
    expect(total).toEqual({ from: '2026-10-27', to: '2026-11-26', compare: 'weekday' });
    expect(year?.compare).toBe('year');
    expect(line).toEqual({ from: '2026-10-27', to: '2026-11-26', grain: 'day' });
  });

  it('shows two weeks beside one day, and no day that has not come', () => {
    expect(tileQuestions(distinct, { ...all, period: 'today' }, today).line).toEqual({ from: '2026-11-12', to: '2026-11-26', grain: 'day' });
    expect(tileQuestions(distinct, { ...all, period: 'month' }, today).line).toEqual({ from: '2026-11-01', to: '2026-11-26', grain: 'day' });
  });

  it('asks for last year once', () => expect(tileQuestions(distinct, { ...all, compare: 'year' }, today).year).toBeNull());
});
