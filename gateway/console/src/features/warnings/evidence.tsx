import type { Warning } from '@/api/warnings';
import { useWarningWords } from './words';
import styles from './warnings.module.css';

const WIDTH = 150;
const HEIGHT = 40;
const PAD = 4;

/** The windows that led to it as a line, with the threshold: where it lies, and since when. Without values there is no line. */
export function EvidenceLine({ warning: { evidence, threshold, kind, indicator } }: { warning: Warning }) {
  const { t, value } = useWarningWords();
  const values = evidence.flatMap((point) => (point.value === null ? [] : [point.value]));
  if (values.length === 0 || threshold === null) return null;
  const [low, high] = [Math.min(threshold, ...values), Math.max(threshold, ...values)];
  const spread = high - low || 1;
  const x = (i: number) => PAD + (i * (WIDTH - 2 * PAD)) / Math.max(1, evidence.length - 1);
  const y = (number: number) => HEIGHT - PAD - ((number - low) / spread) * (HEIGHT - 2 * PAD);
  const edge = kind === 'below' ? HEIGHT : 0;
  return (
    <svg
      className={styles.evidence}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('evidence', { n: evidence.length, value: value(indicator, values.at(-1)!) })}
    >
      <rect className={styles.beyond} x={0} width={WIDTH} y={Math.min(edge, y(threshold))} height={Math.abs(edge - y(threshold))} />
      <line className={styles.threshold} x1={0} x2={WIDTH} y1={y(threshold)} y2={y(threshold)} />
      <polyline
        className={styles.line}
        points={evidence.flatMap((point, i) => (point.value === null ? [] : [`${x(i).toFixed(1)},${y(point.value).toFixed(1)}`])).join(' ')}
      />
      {evidence.map((point, i) =>
        point.verdict === 'fires' && point.value !== null ? <circle key={point.at} className={styles.fires} cx={x(i)} cy={y(point.value)} r={2.6} /> : null,
      )}
    </svg>
  );
}
