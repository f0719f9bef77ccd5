import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { WallAgent } from '@/api/agents';
import type { Conversation } from '@/api/conversations';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { PromiseText } from '@/kit/promise-text';
import { useNow } from '@/kit/use-now';
import { shortId } from '@/lib/first-reply';
import type { Drill } from './drill';
import { messages } from './messages';
import styles from './wall.module.css';

export type Show = (drill: Drill) => void;

/** A number, and a way to what it counts. */
export function Count({ drill, count, show }: { drill: Drill; count: number; show: Show }) {
  const t = useMessages(messages);
  const format = useFormatter();
  if (count === 0) return <span>{format.integer(count)}</span>;
  const { what, of } = drill;
  const name = what === 'agent' ? t('drill.agent', { name: of }) : of === '' ? t(what) : t('drill.of', { what: t(what), skill: of });
  return (
    <button type="button" className={styles.count} aria-label={t('drill.show', { what: name, count })} onClick={() => show(drill)}>
      {format.integer(count)}
    </button>
  );
}

const SOME_SECONDS = 5_000;

/** How long the longest waiting waits, and a way to those who wait. */
export function OldestWait({ since, skill, show }: { since: string | null; skill: string; show: Show }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const now = useNow(SOME_SECONDS);
  if (since === null) return '–';
  const age = format.age(now + SOME_SECONDS - Date.parse(since));
  return (
    <button
      type="button"
      className={styles.count}
      aria-label={t('drill.show', { what: t('oldest'), count: age })}
      onClick={() => show({ what: 'waiting', of: skill })}
    >
      {age}
    </button>
  );
}

export const countCell =
  <Row,>(drill: (row: Row) => Drill, count: (row: Row) => number, show: Show) =>
  (row: Row): ReactNode => <Count drill={drill(row)} count={count(row)} show={show} />;

export const oldestCell =
  <Row extends { skill: string; oldestSince: string | null }>(show: Show) =>
  ({ skill, oldestSince }: Row): ReactNode => <OldestWait since={oldestSince} skill={skill} show={show} />;

export const statusCell =
  (text: (row: WallAgent) => string) =>
  (row: WallAgent): ReactNode => <span data-status={row.status}>{text(row)}</span>;

export const editCell =
  (text: string, label: (row: WallAgent) => string, edit: (user: string) => void) =>
  (row: WallAgent): ReactNode => (
    <Button size="small" aria-label={label(row)} onClick={() => edit(row.user)}>
      {text}
    </Button>
  );

/** @param opens - whether the reader has a desk to open it at. */
export const conversationCell =
  (opens: boolean) =>
  ({ id, customer }: Conversation): ReactNode => (opens ? <Link to={`/desk?c=${encodeURIComponent(id)}`}>{shortId(customer)}</Link> : shortId(customer));

export const promiseCell = (one: Conversation): ReactNode => <PromiseText one={one} />;
