import { useQuery } from '@tanstack/react-query';
import { type DutyStatus, dutyQuery, useDutyChange } from '@/api/agents';
import { conversationsQuery } from '@/api/conversations';
import { useMessages } from '@/i18n/messages';
import styles from './desk.module.css';
import { messages } from './messages';

const STATUSES: readonly DutyStatus[] = ['available', 'away', 'off'];

/** Whether one takes conversations, and how many one has. That the desk is open the shell says again and again. */
export function DutyBar() {
  const t = useMessages(messages);
  const { data: duty } = useQuery(dutyQuery);
  const { data: mine } = useQuery({ ...conversationsQuery({ state: 'active', agent: duty?.user }), enabled: duty !== undefined });
  const change = useDutyChange();
  return (
    <div className={styles.bar}>
      <div className={styles.duty} role="group" aria-label={t('duty')}>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            className={styles.choice}
            data-duty={status}
            aria-pressed={duty?.status === status}
            disabled={duty === undefined}
            onClick={() => change.mutate(status)}
          >
            {t(`duty.${status}`)}
          </button>
        ))}
      </div>
      {duty?.status === 'off' && <span className={styles.quiet}>{t('duty.hint')}</span>}
      {duty && duty.status !== 'off' && duty.capacity !== null && mine && (
        <span className={styles.quiet}>{t('duty.load', { n: mine.items.length, capacity: duty.capacity })}</span>
      )}
      {change.error && (
        <span className={styles.fault} role="alert">
          {t('duty.failed', { reason: change.error.message })}
        </span>
      )}
    </div>
  );
}
