import styles from './marks.module.css';

interface Props {
  value: number;
  target: number;
  /** Where good lies; `none` has no ranges. */
  direction: 'up' | 'down' | 'none';
  /** The text that says what is drawn; shown beside it by the caller. */
  label: string;
  width?: number;
}

const HEIGHT = 22;

/** Few's bullet graph: the value as a bar, the target as a mark, three ranges behind. Never a gauge. [N5] */
export function Bullet({ value, target, direction, label, width = 220 }: Props) {
  const [low, high] = scaleOf(value, target, direction);
  const x = (number: number) => Math.min(width, Math.max(0, ((number - low) / (high - low)) * width));
  const near = target - (target - low) * (direction === 'down' ? -0.25 : 0.25);
  const cuts = direction === 'none' ? [] : [x(Math.min(near, target)), x(Math.max(near, target))];
  const classes = direction === 'down' ? [styles.range3, styles.range2, styles.range1] : [styles.range1, styles.range2, styles.range3];
  const edges = [0, ...cuts, width];
  return (
    <svg className={styles.bullet} viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" height={HEIGHT} role="img" aria-label={label}>
      {edges.slice(1).map((edge, i) => (
        <rect key={edge} className={classes[i]} x={edges[i]} width={Math.max(0, edge - edges[i]!)} height={HEIGHT} />
      ))}
      <rect className={styles.measure} x={0} y={7} width={x(value)} height={HEIGHT - 14} />
      <line className={styles.target} x1={x(target)} x2={x(target)} y1={3} y2={HEIGHT - 3} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/** Rates near 100 % differ in their last tenth: the scale begins where the story is, everything else at zero. */
function scaleOf(value: number, target: number, direction: Props['direction']): [number, number] {
  const most = Math.max(value, target);
  const least = Math.min(value, target);
  if (direction === 'up' && most <= 1 && least > 0.5) {
    const from = Math.max(0, Math.floor((least - (1 - least)) * 20) / 20);
    return [from, 1];
  }
  return [0, most <= 1 && most > 0.8 ? 1 : most * 1.2 || 1];
}
