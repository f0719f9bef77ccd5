import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type Compare, isPeriod, isRange, type Period } from './period';

/** What the bar at the top filters by; the same on every screen, and kept in the address. */
export interface Filters {
  period: Period;
  /** Null: the default that fits the period. */
  compare: Compare | null;
  channel: readonly string[];
  region: readonly string[];
  brand: readonly string[];
}

export const DEFAULT_PERIOD: Period = '30d';

/** Short keys of the address, [L5]; a value that is the default is left out. */
const KEYS = { period: 'p', compare: 'c', channel: 'ch', region: 'r', brand: 'b' } as const;
const COMPARES = new Set(['previous', 'weekday', 'year', 'lunar', 'none']);

export function readFilters(search: URLSearchParams): Filters {
  const period = search.get(KEYS.period) ?? '';
  const compare = search.get(KEYS.compare) ?? '';
  return {
    period: isPeriod(period) ? period : DEFAULT_PERIOD,
    compare: COMPARES.has(compare) || isRange(compare) ? compare : null,
    channel: codes(search.get(KEYS.channel)),
    region: codes(search.get(KEYS.region)),
    brand: codes(search.get(KEYS.brand)),
  };
}

/** Writes the filters over those of an address; whatever else it holds stays. */
export function writeFilters(search: URLSearchParams, filters: Filters): URLSearchParams {
  const next = new URLSearchParams(search);
  put(next, KEYS.period, filters.period === DEFAULT_PERIOD ? '' : filters.period);
  put(next, KEYS.compare, filters.compare ?? '');
  put(next, KEYS.channel, filters.channel.join(','));
  put(next, KEYS.region, filters.region.join(','));
  put(next, KEYS.brand, filters.brand.join(','));
  return next;
}

/** The filters alone, as the end of an address: what links between screens carry along. */
export function filterSearch(filters: Filters): string {
  const search = writeFilters(new URLSearchParams(), filters).toString();
  return search ? `?${search}` : '';
}

export interface FilterState {
  filters: Filters;
  /** Every change is a step that Back undoes. */
  change: (part: Partial<Filters>) => void;
  clear: () => void;
  /** Whether anything but the period and the comparison narrows the figures. */
  narrowed: boolean;
}

export function useFilters(): FilterState {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (part: Partial<Filters>) => setSearch((current) => writeFilters(current, { ...readFilters(current), ...part })),
    [setSearch],
  );
  const clear = useCallback(() => change({ channel: [], region: [], brand: [] }), [change]);
  const narrowed = filters.channel.length + filters.region.length + filters.brand.length > 0;
  return { filters, change, clear, narrowed };
}

/** One key of the address that a screen has for itself; the fallback is left out of the address. */
export function useUrlParam(key: string, fallback: string): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (value: string) =>
      setSearch((current) => {
        const next = new URLSearchParams(current);
        put(next, key, value === fallback ? '' : value);
        return next;
      }),
    [key, fallback, setSearch],
  );
  return [search.get(key) ?? fallback, set];
}

function put(search: URLSearchParams, key: string, value: string): void {
  if (value) search.set(key, value);
  else search.delete(key);
}

function codes(list: string | null): string[] {
  return list ? list.split(',').filter(Boolean) : [];
}
