import type { Comparison, Definition } from '@/api/indicators';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import styles from './marks.module.css';
import { kitMessages } from './messages';

type Verdict = 'better' | 'worse' | 'higher' | 'lower' | 'same';

export function verdictOf(difference: number, direction: Definition['direction']): Verdict {
  if (difference === 0) return 'same';
  if (direction === 'none') return difference > 0 ? 'higher' : 'lower';
  return difference > 0 === (direction === 'up') ? 'better' : 'worse';
}

const TONE: Record<Verdict, string | undefined> = {
  better: styles.better,
  worse: styles.worse,
  higher: styles.neutral,
  lower: styles.neutral,
  same: styles.neutral,
};

interface Props {
  value: number;
  comparison: Pick<Comparison, 'value' | 'difference' | 'beyondNoise' | 'own'>;
  definition: Pick<Definition, 'unit' | 'direction'>;
}

/** A change: arrow, number and word, and only then a colour, [F3]; what is within noise says so and has no colour. */
export function Delta({ value, comparison, definition }: Props) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  if (comparison.value === null || comparison.difference === null) return <span className={styles.neutral}>{t('noComparison')}</span>;
  const verdict = verdictOf(comparison.difference, definition.direction);
  const noise = comparison.beyondNoise === false && verdict !== 'same';
  return (
    <span className={`${styles.delta} ${noise ? styles.neutral : TONE[verdict]}`}>
      <span aria-hidden="true">{comparison.difference > 0 ? '▲' : comparison.difference < 0 ? '▼' : '='}</span>
      {/* A period that goes on is compared up to now, on both sides: `own` is its part. */}
      <span>{format.comparison(definition.unit, comparison.value, comparison.own?.value ?? value)}</span>
      <span>{noise ? t('withinNoise') : t(verdict)}</span>
    </span>
  );
}
