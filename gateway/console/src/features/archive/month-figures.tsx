import type { ReactNode } from 'react';
import type { ArchiveMonth, Share } from '@/api/archive';
import { addMonths } from '@/filters/period';
import { InfoButton } from '@/kit/definition-button';
import styles from './archive.module.css';
import { rateOf } from './figures';
import { useArchiveWords } from './words';

/** The figures of one month, each with what it means, of how many, and what it was the month before. */
export function Figures({ months, shown }: { months: readonly ArchiveMonth[]; shown: ArchiveMonth | undefined }) {
  const { t, format, month } = useArchiveWords();
  if (!shown) return null;
  const before = months.find((one) => one.month === addMonths(shown.month, -1));
  const count = (value: number) => format.integer(value);
  const rate = (share: Share) => {
    const value = rateOf(share);
    return value === null ? null : format.rate(value);
  };
  const days = ({ medianDays }: ArchiveMonth) => (medianDays === null ? null : format.decimal(medianDays, 1));
  const of = (share: Share) => t('n.of', { count: count(share.count), of: count(share.of) });
  const n = t('n.cases', { n: count(shown.cases) });
  return (
    <section className={styles.figures} aria-label={t('figures', { month: month(shown.month) })}>
      <h3>{t('figures', { month: month(shown.month) })}</h3>
      <div className={styles.tiles}>
        <Figure name={t('cases')} definition={t('def.cases')} value={count(shown.cases)} before={before && count(before.cases)} />
        <Figure name={t('complaints')} definition={t('def.complaints')} value={count(shown.complaints)} n={n} before={before && count(before.complaints)} />
        <Figure name={t('firstTime')} definition={t('def.firstTime')} value={rate(shown.firstTime)} n={of(shown.firstTime)} before={before && rate(before.firstTime)} />
        <Figure name={t('timely')} definition={t('def.timely')} value={rate(shown.timely)} n={of(shown.timely)} before={before && rate(before.timely)} />
        <Figure name={t('medianDays')} definition={t('def.medianDays')} value={days(shown)} n={n} before={before && days(before)} />
      </div>
    </section>
  );
}

interface FigureProps {
  name: string;
  definition: string;
  /** Null: there is nothing to count. */
  value: string | null;
  n?: ReactNode;
  before: string | null | undefined;
}

function Figure({ name, definition, value, n, before }: FigureProps) {
  const { t } = useArchiveWords();
  return (
    <div className={styles.tile}>
      <div className={styles.tileHead}>
        <span>{name}</span>
        <InfoButton name={name}>
          <p className={styles.definition}>{definition}</p>
        </InfoButton>
      </div>
      <strong data-empty={value === null || undefined}>{value ?? t('noData')}</strong>
      <span className={styles.small}>{n}</span>
      <span className={styles.small}>{before ? t('before', { value: before }) : t('before.none')}</span>
    </div>
  );
}
