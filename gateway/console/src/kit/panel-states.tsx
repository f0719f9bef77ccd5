import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ApiError } from '@/api/client';
import { useOperator } from '@/api/operator';
import { useMay } from '@/api/session';
import { useFilters } from '@/filters/filters';
import { addDays } from '@/filters/period';
import { useFilterWords } from '@/filters/words';
import { useMessages } from '@/i18n/messages';
import { kitMessages } from './messages';
import styles from './panel.module.css';

/** A grey shape of the final size; said to screen readers, and shown only after a moment, so that quick answers do not flicker. */
export function PanelLoading({ what, height }: { what: string; height: number }) {
  const t = useMessages(kitMessages);
  return <div className={styles.skeleton} style={{ height }} role="status" aria-label={t('loading', { what })} />;
}

/** Nothing to show: because of the filters, which can be cleared, or because there has never been anything. */
export function PanelEmpty({ first }: { first?: ReactNode }) {
  const t = useMessages(kitMessages);
  const { narrowed, clear } = useFilters();
  const words = useFilterWords();
  if (narrowed) {
    return (
      <div className={styles.state}>
        <p>{t('empty.filtered', { filters: words.filters })}</p>
        <Button onClick={clear}>{t('clear')}</Button>
      </div>
    );
  }
  return <div className={styles.state}>{first ?? <NothingYet />}</div>;
}

/** So many days are looked at, where the chosen ones have no data. */
const SOME_DAYS = 30;

/** Nothing of these days; where there is something, or how to begin. */
function NothingYet() {
  const t = useMessages(kitMessages);
  const words = useFilterWords();
  const { change } = useFilters();
  const operator = useOperator();
  const mayImport = useMay('admin');
  if (operator?.firstDay && operator.lastDay) {
    const { firstDay, lastDay } = operator;
    const from = addDays(lastDay, 1 - SOME_DAYS);
    const days = { from: from > firstDay ? from : firstDay, to: addDays(lastDay, 1) };
    return (
      <>
        <p>{t('empty.period', { period: words.period })}</p>
        <p className={styles.detail}>{t('empty.there', { days: words.days({ from: firstDay, to: addDays(lastDay, 1) }) })}</p>
        <Button onClick={() => change({ period: `${days.from}..${lastDay}` })}>{t('empty.show', { days: words.days(days) })}</Button>
      </>
    );
  }
  return (
    <>
      <p>{operator ? t('empty.never') : t('empty.period', { period: words.period })}</p>
      {operator && mayImport && <Link to="/data?t=imports">{t('empty.import')}</Link>}
    </>
  );
}

export function PanelError({ what, error, retry }: { what: string; error: Error; retry: () => void }) {
  const t = useMessages(kitMessages);
  const problem = error instanceof ApiError ? error.problem : undefined;
  if (problem?.status === 403) {
    return (
      <div className={styles.state} role="alert">
        <p>{t('forbidden', { what })}</p>
        <p className={styles.detail}>{t('forbidden.who')}</p>
      </div>
    );
  }
  return (
    <div className={styles.state} role="alert">
      <p>{t('failed', { what })}</p>
      <p className={styles.detail}>{problem?.status === 0 ? t('offline') : error.message}</p>
      <Correlation id={problem?.correlationId} />
      <Button onClick={retry}>{t('retry')}</Button>
    </div>
  );
}

/** Over figures that are still there while refreshing them fails. */
export function StaleNote({ error, retry }: { error: Error; retry: () => void }) {
  const t = useMessages(kitMessages);
  return (
    <p className={styles.stale} role="status">
      {t('stale')} <Correlation id={error instanceof ApiError ? error.problem.correlationId : undefined} />
      <Button size="small" onClick={retry}>
        {t('retry')}
      </Button>
    </p>
  );
}

function Correlation({ id }: { id?: string }) {
  const t = useMessages(kitMessages);
  if (!id) return null;
  return <code className={styles.correlation}>{t('correlation', { id })}</code>;
}
