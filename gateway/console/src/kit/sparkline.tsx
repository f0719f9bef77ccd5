import styles from './marks.module.css';

export interface SparkPoint {
  value: number | null;
  complete: boolean;
}

interface Props {
  points: readonly SparkPoint[];
  width?: number;
  height?: number;
  /** The finding in a few words. */
  label: string;
}

const PAD = 4;

/** A line without axes. What is not finished is dashed and ends in a hollow point, [N3]; where there is no data, there is no line. */
export function Sparkline({ points, width = 132, height = 36, label }: Props) {
  const values = points.flatMap((point) => (point.value === null ? [] : [point.value]));
  if (values.length === 0) return <svg width={width} height={height} role="img" aria-label={label} />;
  const low = Math.min(...values);
  const spread = Math.max(...values) - low || 1;
  const x = (i: number) => PAD + (i * (width - 2 * PAD)) / Math.max(1, points.length - 1);
  const y = (value: number) => height - PAD - ((value - low) / spread) * (height - 2 * PAD);
  const last = points.findLastIndex((point) => point.value !== null);
  const open = !points[last]!.complete;
  const solid = path(points, 0, open ? last - 1 : last, x, y);
  const dashed = open ? path(points, Math.max(0, last - 1), last, x, y) : '';
  return (
    <svg className={styles.spark} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path className={styles.line} d={solid} />
      {dashed && <path className={styles.openLine} d={dashed} />}
      <circle className={open ? styles.openPoint : styles.point} cx={x(last)} cy={y(points[last]!.value!)} r={3} />
    </svg>
  );
}

function path(points: readonly SparkPoint[], from: number, to: number, x: (i: number) => number, y: (value: number) => number): string {
  let drawn = '';
  let pen = 'M';
  for (let i = from; i <= to; i++) {
    const value = points[i]!.value;
    if (value === null) {
      pen = 'M';
      continue;
    }
    drawn += `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
  }
  return drawn;
}
