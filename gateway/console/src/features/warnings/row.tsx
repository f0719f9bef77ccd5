import { Link, useLocation } from 'react-router';
import type { Severity, Warning } from '@/api/warnings';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { EvidenceLine } from './evidence';
import { messages } from './messages';
import { useWarningWords } from './words';
import styles from './warnings.module.css';

/** Everything that one needs to decide, without a click. [W2] */
export function WarningRow({ warning, chosen }: { warning: Warning; chosen: boolean }) {
  const words = useWarningWords();
  const { t } = words;
  const { search } = useLocation();
  const step = nameIn(warning.nextStep, useLanguage());
  return (
    <li className={styles.row} data-warning={warning.id} data-chosen={chosen} data-state={warning.state}>
      <div className={styles.rowHead}>
        <SeverityMark severity={warning.severity} />
        <Link className={styles.headline} to={addressOf(search, warning.id)} aria-current={chosen ? 'true' : undefined}>
          {words.headline(warning)}
        </Link>
        <span className={styles.status} data-state={warning.state}>
          {words.status(warning.state, warning.snoozedUntil)}
        </span>
      </div>
      <div className={styles.rowBody}>
        <div>
          <p className={styles.reading}>{words.reading(warning)}</p>
          <p className={styles.note}>
            <span>{t('since', { time: words.time(warning.since), age: words.age(warning.since) })}</span>
            {warning.endedAt && <span>{t('over', { time: words.time(warning.endedAt) })}</span>}
            <span>{warning.owner ? t('ownedBy', { owner: words.by(warning.owner) }) : t('unowned')}</span>
          </p>
        </div>
        <EvidenceLine warning={warning} />
      </div>
      <p className={styles.next}>{t('next', { step })}</p>
    </li>
  );
}

function addressOf(search: string, id: string): string {
  const next = new URLSearchParams(search);
  next.set('w', id);
  return `?${next}`;
}

const SHAPES: Record<Severity, string> = {
  critical: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
  warning: 'M8 1.5l7 13H1z',
  info: 'M8 1a7 7 0 1 1 0 14a7 7 0 0 1 0-14z',
};

/** A shape and a word; the colour only repeats them. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const t = useMessages(messages);
  return (
    <span className={styles.severity} data-severity={severity}>
      <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[severity]} />
      </svg>
      {t(`severity.${severity}`)}
    </span>
  );
}
