import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { ErrorBoundary } from './error-boundary';
import styles from './panel.module.css';
import { PanelEmpty, PanelError, PanelLoading, StaleNote } from './panel-states';

export interface PanelProps<T> {
  title: string;
  /** What fills it; where a panel needs several answers, {@link together} makes one of them. */
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isPending' | 'refetch'>;
  /** Height of what comes, so that nothing moves when it is there. */
  height: number;
  /** Whether there is nothing to show; then `emptyFirst`, or what the filters leave out, is said instead. */
  isEmpty?: (data: T) => boolean;
  /** What this panel is and how to begin, for who has no data at all yet. */
  emptyFirst?: ReactNode;
  /** Buttons at the title's right. */
  actions?: ReactNode;
  children: (data: T) => ReactNode;
}

/** A part of a screen with its five states, [L2]; a fault inside stays inside, [L3]. */
export function Panel<T>({ title, query, height, isEmpty, emptyFirst, actions, children }: PanelProps<T>) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <header className={styles.header}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      <div className={styles.body} style={{ minHeight: height }}>
        <ErrorBoundary what={title}>
          <Content {...{ title, query, height, isEmpty, emptyFirst, children }} />
        </ErrorBoundary>
      </div>
    </section>
  );
}

function Content<T>({ title, query, height, isEmpty, emptyFirst, children }: Omit<PanelProps<T>, 'actions'>) {
  const { data, error, isPending, refetch } = query;
  if (data === undefined) {
    if (error) return <PanelError what={title} error={error} retry={() => void refetch()} />;
    if (isPending) return <PanelLoading what={title} height={height} />;
    return null;
  }
  if (isEmpty?.(data)) return <PanelEmpty first={emptyFirst} />;
  return (
    <>
      {error && <StaleNote error={error} retry={() => void refetch()} />}
      {children(data)}
    </>
  );
}

type Answer<T> = Pick<UseQueryResult<T>, 'data' | 'error' | 'isPending' | 'refetch'>;

/** Several answers as one: there when all are there, failed when one has failed. */
export function together<T extends readonly unknown[]>(...queries: { [Key in keyof T]: Answer<T[Key]> }): Answer<T> {
  const all = queries as readonly Answer<unknown>[];
  const ready = all.every((query) => query.data !== undefined);
  return {
    data: ready ? (all.map((query) => query.data) as unknown as T) : undefined,
    error: all.find((query) => query.error)?.error ?? null,
    isPending: all.some((query) => query.isPending),
    refetch: (async () => {
      await Promise.all(all.filter((query) => query.error).map((query) => query.refetch()));
    }) as unknown as Answer<T>['refetch'],
  } as Answer<T>;
}

