import type { Unit } from '@/format/format';
import type { Mark } from '@/theme/channels';

export interface ChartPoint {
  /** As the API says it, in the operator's zone; or a code's name for bars. */
  at: string;
  /** Null: no data, drawn as a gap. */
  value: number | null;
  low?: number | null;
  high?: number | null;
  n?: number;
  numerator?: number | null;
  denominator?: number | null;
  /** Not yet finished: drawn dashed and hollow. */
  complete: boolean;
}

export interface ChartSeries {
  key: string;
  name: string;
  mark: Mark;
  points: readonly ChartPoint[];
  /** What is compared with: paler, behind. */
  compared?: boolean;
}

export interface Annotation {
  /** A point of the axis, or a span of two. */
  from: string;
  to?: string;
  text: string;
  /** Explains a figure and was not written by anybody: paler. */
  holiday?: boolean;
}

export interface ChartContent {
  kind: 'line' | 'bar';
  unit: Unit;
  series: readonly ChartSeries[];
  annotations?: readonly Annotation[];
  target?: number;
  /** What is written at the line, where it is no target. */
  targetText?: string;
  /** The name of a point of the axis: a date or a code's name. */
  labelOf: (at: string) => string;
  tickOf: (at: string) => string;
}

/** All points of the axis, in order of the longest series first. */
export function axisOf(series: readonly ChartSeries[], kind: 'line' | 'bar'): string[] {
  const all = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))];
  return kind === 'line' ? all.sort() : all;
}
