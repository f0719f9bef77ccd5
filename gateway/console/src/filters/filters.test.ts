import { expect, it } from 'vitest';
import { type Filters, filterSearch, readFilters, writeFilters } from './filters';

const none: Filters = { period: '30d', compare: null, channel: [], region: [], brand: [] };

it('leaves defaults out of the address', () => expect(filterSearch(none)).toBe(''));

it('reads what it wrote', () => {
  const filters: Filters = { period: '2026-11-01..2026-11-20', compare: 'year', channel: ['app', 'sms'], region: ['440100'], brand: [] };
  expect(readFilters(new URLSearchParams(filterSearch(filters)))).toEqual(filters);
});

it('ignores unknown keys and values, and keeps the keys of a screen', () => {
  const search = new URLSearchParams('p=forever&c=sometimes&x=1&i=amount');
  expect(readFilters(search)).toEqual(none);
  expect(writeFilters(search, none).toString()).toBe('x=1&i=amount');
});
