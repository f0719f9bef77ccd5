import { queryOptions } from '@tanstack/react-query';
import type { Unit } from '@/format/format';
import { getOrNull } from './optional';

export type Verdict = 'met' | 'ahead' | 'on-track' | 'at-risk' | 'missed' | 'too-few' | 'no-data';

/** A target of a month and where it stands. */
export interface Attained {
  indicator: string;
  /** Null: all of them. */
  channel: string | null;
  region: string | null;
  target: number;
  unit: Unit;
  direction: 'up' | 'down' | 'none';
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  n: number;
  /** 1 is the target; above is better. */
  attainment: number | null;
  /** How much better than the target, in the unit; below 0 it falls short. */
  gap: number | null;
  daysLeft: number;
  /** What each of the days left has to bring. */
  needed: number | null;
  forecast: { value: number; low: number; high: number } | null;
  verdict: Verdict;
}

export interface Attainment {
  month: string;
  timeZone: string;
  asOf: string;
  complete: boolean;
  targets: Attained[];
}

export function attainmentQuery(month: string) {
  return queryOptions({
    queryKey: ['attainment', month],
    queryFn: ({ signal }) => getOrNull<Attainment>('/api/v1/kpi/targets/attainment', { month }, signal),
    staleTime: 30_000,
  });
}
