import { describe, expect, it } from 'vitest';
import { addMonths, dayIn, daysOf, defaultCompare, grainOf, isPeriod } from './period';

describe('daysOf', () => {
  it.each([
    ['today', '2026-11-25', '2026-11-26'],
    ['7d', '2026-11-19', '2026-11-26'],
    ['30d', '2026-10-27', '2026-11-26'],
    ['month', '2026-11-01', '2026-12-01'],
    ['last-month', '2026-10-01', '2026-11-01'],
    ['12m', '2025-12-01', '2026-12-01'],
    ['2026-02-27..2026-02-28', '2026-02-27', '2026-03-01'],
  ])('%s is from %s to before %s', (period, from, to) => expect(daysOf(period, '2026-11-25')).toEqual({ from, to }));
});

describe('isPeriod', () => {
  it.each(['2026-02-30..2026-03-01', '2026-03-02..2026-03-01', 'forever', ''])('refuses %s', (text) => expect(isPeriod(text)).toBe(false));
  it.each(['30d', '2026-02-28..2026-02-28'])('takes %s', (text) => expect(isPeriod(text)).toBe(true));
});

it('knows the day in the zone of the operator', () => {
  expect(dayIn('2026-11-25T16:30:00Z', 'Asia/Shanghai')).toBe('2026-11-26');
  expect(dayIn('2026-11-25T15:30:00Z', 'Asia/Shanghai')).toBe('2026-11-25');
});

it('goes over the turn of the year', () => expect(addMonths('2026-01', -1)).toBe('2025-12'));

it('compares months with months, and days with the same weekdays', () => {
  expect(defaultCompare(daysOf('month', '2026-11-25'))).toBe('previous');
  expect(defaultCompare(daysOf('30d', '2026-11-25'))).toBe('weekday');
});

it('draws a day by the hour and a year by the month', () => {
  expect(grainOf(daysOf('today', '2026-11-25'))).toBe('hour');
  expect(grainOf(daysOf('90d', '2026-11-25'))).toBe('day');
  expect(grainOf(daysOf('12m', '2026-11-25'))).toBe('month');
});
