import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useNames } from '@/api/catalogue';
import { feedsQuery, rollupsQuery } from '@/api/feeds';
import { useOperator } from '@/api/operator';
import { useMay } from '@/api/session';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { messages } from './messages';
import styles from './today.module.css';

/** Below this, what waits will be counted before anybody has read it. */
const WORTH_SAYING = 5_000;

/** As of when, and what is late: which job or feed, since when, and where to look. [N2, N10] */
export function AsOf() {
  const t = useMessages(messages);
  const format = useFormatter();
  const name = useNames();
  const operator = useOperator();
  const { data: rollups } = useQuery({ ...rollupsQuery, enabled: useMay('manager', 'sre', 'admin') });
  const { data: feeds } = useQuery(feedsQuery);
  if (!operator) return <div className={styles.asOf} />;
  const time = format.instant(operator.asOf, operator.timeZone);
  const late = (feeds ?? []).filter(({ state }) => state === 'late');
  const faults = [
    ...(rollups?.fault ? [t('delay.counting', { since: time, fault: rollups.fault })] : []),
    ...((rollups?.lag ?? 0) > WORTH_SAYING ? [t('delay.waiting', { n: rollups!.lag! })] : []),
    ...(late.length > 0 ? [t('delay.feeds', { n: late.length, feeds: late.map(({ channel }) => name('channel', channel)).join(t('list')) })] : []),
  ];
  return (
    <div className={styles.asOf}>
      <span>{t('asOf', { time, zone: operator.timeZone })}</span>
      {faults.length > 0 && (
        <div className={styles.delay} role="status">
          <span aria-hidden="true">⚠</span>
          {faults.map((fault) => (
            <span key={fault}>{fault}</span>
          ))}
          <Link to="/data">{t('delay.more')}</Link>
        </div>
      )}
    </div>
  );
}
