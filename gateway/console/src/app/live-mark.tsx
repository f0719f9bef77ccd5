import { useOperator } from '@/api/operator';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { useLiveStatus } from '@/live/use-live';
import { appMessages } from './messages';
import styles from './shell.module.css';

/** Whether what is on the screen follows what happens: a shape, a word, and since when. [P3] */
export function LiveMark() {
  const t = useMessages(appMessages);
  const format = useFormatter();
  const operator = useOperator();
  const { state, since } = useLiveStatus();
  const word = t(`live.${state}`);
  const text =
    state === 'live' || !operator || since === 0
      ? word
      : t('live.since', { state: word, time: format.instant(new Date(since).toISOString(), operator.timeZone, false) });
  return (
    <span className={styles.live} role="status" data-live={state}>
      <svg width={12} height={12} aria-hidden="true">
        {state === 'live' ? <circle cx={6} cy={6} r={5} /> : <circle cx={6} cy={6} r={4.5} fill="none" strokeDasharray="3 2" />}
      </svg>
      {text}
    </span>
  );
}
