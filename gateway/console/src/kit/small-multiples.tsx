import type { ReactNode } from 'react';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { useTheme } from '@/theme/theme';
import type { ChartSeries } from './chart-types';
import { kitMessages } from './messages';
import styles from './small-multiples.module.css';
import type { Unit } from '@/format/format';

export interface Cell {
  series: ChartSeries;
  /** What stands above the drawing: the value, and how it changed. */
  head: ReactNode;
  /** The cell in a few words, for who cannot see it. */
  label: string;
}

interface Props {
  cells: readonly Cell[];
  unit: Unit;
  target?: number;
  /** In which order they stand. */
  note?: string;
}

const WIDTH = 220;
const HEIGHT = 64;
const PAD = 6;

/** One small drawing for each series, all on one scale, so that they compare; in the order given. In place of a tangle of lines. [N6] */
export function SmallMultiples({ cells, unit, target, note }: Props) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  const values = cells.flatMap(({ series }) => series.points.flatMap(({ value }) => (value === null ? [] : [value])));
  if (target !== undefined) values.push(target);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const axis = [...new Set(cells.flatMap(({ series }) => series.points.map(({ at }) => at)))].sort();
  const scale = t('multiples.scale', { low: format.value(unit, low), high: format.value(unit, high) });
  return (
    <>
      <p className={styles.scale}>
        {note && <span>{note}</span>}
        <span>{axis.length > 1 ? t('multiples.axis', { scale, from: format.at(axis[0]!), to: format.at(axis.at(-1)!) }) : scale}</span>
      </p>
      <ul className={styles.cells}>
      {cells.map(({ series, head, label }) => (
        <li key={series.key} className={styles.cell} data-series={series.key}>
          {head}
          <Drawing series={series} axis={axis} low={low} high={high} target={target} label={label} />
        </li>
      ))}
      </ul>
    </>
  );
}

interface DrawingProps {
  series: ChartSeries;
  axis: readonly string[];
  low: number;
  high: number;
  target?: number;
  label: string;
}

function Drawing({ series, axis, low, high, target, label }: DrawingProps) {
  const colour = series.mark[useTheme()];
  const x = (at: string) => PAD + (axis.indexOf(at) * (WIDTH - 2 * PAD)) / Math.max(1, axis.length - 1);
  const y = (value: number) => HEIGHT - PAD - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * PAD);
  const points = series.points.flatMap(({ at, value, complete }) => (value === null ? [] : [{ x: x(at), y: y(value), complete }]));
  const done = points.filter(({ complete }) => complete);
  const open = points.filter(({ complete }, i) => !complete || points[i + 1]?.complete === false);
  const path = (list: typeof points) => list.map((point, i) => `${i === 0 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join('');
  const last = points.at(-1);
  return (
    <svg className={styles.drawing} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {target !== undefined && <line className={styles.target} x1={0} x2={WIDTH} y1={y(target)} y2={y(target)} />}
      <path d={path(done)} fill="none" stroke={colour} strokeWidth={1.8} strokeLinejoin="round" />
      {open.length > 1 && <path d={path(open)} fill="none" stroke={colour} strokeWidth={1.8} strokeDasharray="3 3" />}
      {last && <circle cx={last.x} cy={last.y} r={3} stroke={colour} strokeWidth={1.6} fill={last.complete ? colour : 'var(--surface)'} />}
    </svg>
  );
}
