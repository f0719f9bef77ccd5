import type { Verdict } from '@/api/targets';
import { useMessages } from '@/i18n/messages';
import { messages } from './messages';
import styles from './targets.module.css';

const SIGNS: Record<Verdict, string> = { met: '✓', ahead: '▲', 'on-track': '●', 'at-risk': '!', missed: '✕', 'too-few': '…', 'no-data': '–' };

export const GOOD: ReadonlySet<Verdict> = new Set(['met', 'ahead', 'on-track']);

/** A sign and a word, and only then a colour. [F3] */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const t = useMessages(messages);
  const tone = GOOD.has(verdict) ? styles.good : verdict === 'at-risk' || verdict === 'missed' ? styles.bad : styles.quiet;
  return (
    <span className={`${styles.verdict} ${tone}`}>
      <span aria-hidden="true">{SIGNS[verdict]}</span> {t(`verdict.${verdict}`)}
    </span>
  );
}
