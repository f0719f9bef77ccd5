import type { Dimension } from '@/api/catalogue';
import type { Definition, Question } from '@/api/indicators';
import type { Filters } from '@/filters/filters';
import { addDays, type Days, daysBetween, daysOf, defaultCompare, grainOf } from '@/filters/period';

const FILTERED = ['channel', 'region', 'brand'] as const;

/** The filters that an indicator can take; the others are named beside its number. */
export function takes(definition: Definition, filters: Filters): { filter: Partial<Question>; without: Dimension[] } {
  const chosen = FILTERED.filter((dimension) => filters[dimension].length > 0);
  const able = chosen.filter((dimension) => definition.dimensions.includes(dimension));
  return {
    filter: Object.fromEntries(able.map((dimension) => [dimension, filters[dimension]])),
    without: chosen.filter((dimension) => !able.includes(dimension)),
  };
}

export interface TileQuestions {
  /** The figure with the comparison that the reader chose. */
  total: Question;
  /** The figure of a year ago; null where that is what was chosen. */
  year: Question | null;
  /** The line: at least two weeks, so that there is something to see. */
  line: Question;
  compare: string;
}

const SHORTEST_LINE = 14;

export function tileQuestions(definition: Definition, filters: Filters, today: string): TileQuestions {
  const days = daysOf(filters.period, today);
  const compare = filters.compare ?? defaultCompare(days);
  const { filter } = takes(definition, filters);
  return {
    total: { ...days, ...filter, compare },
    year: compare === 'year' ? null : { ...days, ...filter, compare: 'year' },
    line: { ...lineDays(days, today), ...filter, grain: lineGrain(days) },
    compare,
  };
}

function lineDays(days: Days, today: string): Days {
  const end = days.to > addDays(today, 1) ? addDays(today, 1) : days.to;
  if (lineGrain(days) === 'month') return days;
  return daysBetween(days.from, end) < SHORTEST_LINE ? { from: addDays(end, -SHORTEST_LINE), to: end } : { from: days.from, to: end };
}

function lineGrain(days: Days): 'day' | 'month' {
  return grainOf(days) === 'month' ? 'month' : 'day';
}
