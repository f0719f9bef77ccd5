import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Comparison, Definition, Value } from '@/api/indicators';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { DefinitionButton } from './definition-button';
import { Delta } from './delta';
import styles from './kit.module.css';
import { kitMessages } from './messages';
import { type SparkPoint, Sparkline } from './sparkline';

export interface TileComparison {
  /** What it is compared with, in words. */
  name: string;
  comparison: Comparison | null;
}

interface Props {
  definition: Definition;
  /** Undefined: the period has no event for it. */
  value: Value | undefined;
  comparisons: readonly TileComparison[];
  points: readonly SparkPoint[];
  period: string;
  /** The period is not over yet. */
  running: boolean;
  /** The address of what the number counts, [N8]. */
  to: string;
  /** As of when, or how late. */
  freshness: ReactNode;
  /** A target's bullet and words. */
  target?: ReactNode;
}

/** One number with all that it needs to be understood: [N1] to [N4]. */
export function KpiTile({ definition, value, comparisons, points, period, running, to, freshness, target }: Props) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  const name = nameIn(definition.names, useLanguage());
  const few = value !== undefined && definition.unit === 'rate' && value.n < definition.minimumN;
  const shown = value?.value ?? null;
  const values = points.flatMap((point) => (point.value === null ? [] : [point.value]));
  const range =
    values.length === 0
      ? t('noData')
      : t('spark', { name, period, low: format.value(definition.unit, Math.min(...values)), high: format.value(definition.unit, Math.max(...values)) });
  return (
    <article className={styles.tile} data-indicator={definition.id}>
      <div className={styles.tileHead}>
        <h3>{name}</h3>
        <DefinitionButton definition={definition} />
      </div>
      <div className={styles.tileValue}>
        <TileValue {...{ definition, value, to, few }} />
        <Sparkline points={points} label={range} width={96} height={34} />
      </div>
      <div className={styles.tileLines}>
        {shown !== null && !few && comparisons.map(({ name: against, comparison }) => (
          <span key={against} className={styles.tileLine}>
            <span>{against}</span>
            {comparison ? <Delta value={shown} comparison={comparison} definition={definition} /> : t('noComparison')}
          </span>
        ))}
        {target}
        <span className={styles.tileLine}>
          <span>{period}</span>
          {value && !value.complete && <span>{running ? t('inProgress') : t('incomplete')}</span>}
          {value && <span>{t('n', { n: format.integer(value.n) })}</span>}
          {freshness}
        </span>
      </div>
    </article>
  );
}

function TileValue({ definition, value, to, few }: Pick<Props, 'definition' | 'value' | 'to'> & { few: boolean }) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  if (value === undefined || value.value === null) return <span className={`${styles.value} ${styles.few}`}>{t('noData')}</span>;
  if (few) return <span className={`${styles.value} ${styles.few}`}>{t('n.few', { n: format.integer(value.n) })}</span>;
  return (
    <Link className={styles.value} to={to}>
      {format.value(definition.unit, value.value)}
    </Link>
  );
}
