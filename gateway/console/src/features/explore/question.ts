import type { Dimension } from '@/api/catalogue';
import type { Definition, Question, Value } from '@/api/indicators';
import type { Filters } from '@/filters/filters';
import { daysOf, defaultCompare, grainOf } from '@/filters/period';

/** What the screen asks, from its address. */
export interface Asked {
  by: Dimension | null;
  grain: string;
  service: readonly string[];
}

const FILTERED = ['channel', 'service', 'region', 'brand'] as const;

/** The next dimension to break down by when one has been narrowed. */
const NEXT: Record<Dimension, Dimension> = { channel: 'service', service: 'region', region: 'brand', brand: 'reason', reason: 'channel' };

/** Questions of the screen: the total, the line, the breakdown; and which filters the indicator cannot take. */
export function questionsOf(definition: Definition, filters: Filters, asked: Asked, today: string) {
  const days = daysOf(filters.period, today);
  const chosen = { channel: filters.channel, service: asked.service, region: filters.region, brand: filters.brand };
  const able = FILTERED.filter((dimension) => chosen[dimension].length > 0 && definition.dimensions.includes(dimension));
  const without = FILTERED.filter((dimension) => chosen[dimension].length > 0 && !definition.dimensions.includes(dimension));
  const base: Question = {
    ...days,
    ...Object.fromEntries(able.map((dimension) => [dimension, chosen[dimension]])),
    compare: filters.compare ?? defaultCompare(days),
  };
  const by = asked.by && definition.dimensions.includes(asked.by) ? asked.by : null;
  const automatic = grainOf(days);
  const wanted = asked.grain || automatic;
  const grain = (definition.grains.includes(wanted) ? wanted : automatic === 'hour' ? 'day' : automatic) as Question['grain'];
  return {
    total: base,
    line: { ...base, grain, ...(by ? { by: [by], compare: null } : {}) } satisfies Question,
    breakdown: by ? ({ ...base, by: [by] } satisfies Question) : null,
    by,
    without,
  };
}

export function nextDimension(definition: Definition, by: Dimension, narrowed: readonly Dimension[]): Dimension | null {
  for (let next = NEXT[by]; next !== by; next = NEXT[next]) {
    if (definition.dimensions.includes(next) && !narrowed.includes(next)) return next;
  }
  return null;
}

/** The last, highest and lowest of finished points: what a sentence about a line says. */
export function extremesOf(points: readonly Pick<Value, 'at' | 'value' | 'complete'>[]) {
  const known = points.flatMap(({ at, value, complete }) => (value === null || !complete ? [] : [{ at, value }]));
  if (known.length === 0) return null;
  return {
    last: known.at(-1)!,
    high: known.reduce((most, one) => (one.value > most.value ? one : most)),
    low: known.reduce((least, one) => (one.value < least.value ? one : least)),
  };
}
