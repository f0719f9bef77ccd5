import { Button } from 'antd';
import type { ReactNode } from 'react';
import { ApiError } from '@/api/client';
import { useFilters } from '@/filters/filters';
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
  return <div className={styles.state}>{first ?? <p>{t('empty.period', { period: words.period })}</p>}</div>;
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
