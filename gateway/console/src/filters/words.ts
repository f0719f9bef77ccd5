import { type Dimension, useNames } from '@/api/catalogue';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { useFilters } from './filters';
import { filterMessages } from './messages';
import { addDays, type Compare, type Days, type Period, type Preset, PRESETS } from './period';

export interface FilterWords {
  period: string;
  /** What narrows the figures, in words: for empty states, prints and files. */
  filters: string;
  periodName: (period: Period) => string;
  compareName: (compare: Compare) => string;
  days: (days: Days) => string;
  dimension: (dimension: Dimension) => string;
}

const DIMENSION_KEYS = { channel: 'channel', service: 'service', region: 'region', brand: 'brand', reason: 'reason' } as const;

const NAMED = ['previous', 'weekday', 'year', 'lunar', 'none'] as const;
type Named = (typeof NAMED)[number];

function isNamed(compare: Compare): compare is Named {
  return (NAMED as readonly string[]).includes(compare);
}

/** The filters as people read them. */
export function useFilterWords(): FilterWords {
  const t = useMessages(filterMessages);
  const format = useFormatter();
  const name = useNames();
  const { filters } = useFilters();

  const range = (from: string, to: string) => (from === to ? format.at(from) : t('range', { from: format.at(from), to: format.at(to) }));
  const periodName = (period: Period) => {
    if ((PRESETS as readonly string[]).includes(period)) return t(`period.${period as Preset}`);
    const [from, to] = period.split('..') as [string, string];
    return range(from, to);
  };
  const compareName = (compare: Compare) => (isNamed(compare) ? t(`compare.${compare}`) : periodName(compare));
  const parts = (['channel', 'region', 'brand'] as const)
    .filter((dimension) => filters[dimension].length > 0)
    .map((dimension) => t('part', { name: t(dimension), values: filters[dimension].map((code) => name(dimension, code)).join(t('list')) }));
  return {
    period: periodName(filters.period),
    filters: parts.length > 0 ? parts.join(t('separator')) : t('all'),
    periodName,
    compareName,
    days: ({ from, to }) => range(from, addDays(to, -1)),
    dimension: (dimension) => t(DIMENSION_KEYS[dimension]),
  };
}
