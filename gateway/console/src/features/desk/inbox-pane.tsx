import { useQuery, useQueryClient } from '@tanstack/react-query';
import { memo, type RefObject, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { useNames } from '@/api/catalogue';
import { type Conversation, type Conversations, conversationsQuery } from '@/api/conversations';
import { useZone } from '@/api/operator';
import { type Customer, customerQuery } from '@/api/served-customer';
import { useUrlParam } from '@/filters/filters';
import { dayIn } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { PanelError, PanelLoading, StaleNote } from '@/kit/panel-states';
import { PromiseText } from '@/kit/promise-text';
import { useNow } from '@/kit/use-now';
import { shortId } from '@/lib/first-reply';
import styles from './desk.module.css';
import type { Handles } from './handles';
import { inOrder } from './inbox';
import { messages } from './messages';

const VIEWS = ['mine', 'waiting', 'closed'] as const;
type View = (typeof VIEWS)[number];

/** The list of what was closed begins with the oldest: so many pages are looked through for those of today. */
const CLOSED_PAGES = 10;

interface Props {
  me: string;
  chosen: string;
  handles: Handles;
}

/** Whom one serves, who waits, and what one closed today; what breaks first stands first. [D7] */
export function Inbox({ me, chosen, handles }: Props) {
  const t = useMessages(messages);
  const [viewText, setView] = useUrlParam('v', 'mine');
  const view = VIEWS.find((one) => one === viewText) ?? 'mine';
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const name = useNames();
  const zone = useZone();
  const queries = {
    mine: useQuery({ ...conversationsQuery({ state: 'active', agent: me }), enabled: me !== '' }),
    waiting: useQuery(conversationsQuery({ state: 'waiting' })),
    closed: useQuery({ ...conversationsQuery({ state: 'closed', agent: me }, CLOSED_PAGES), enabled: me !== '' && view === 'closed' }),
  };
  const shown = (data: Conversations): Conversation[] => {
    const wanted = text.trim().toLowerCase();
    const fits = (one: Conversation) => [one.customer, one.channel, name('channel', one.channel), one.skill].some((word) => word.toLowerCase().includes(wanted));
    const today = dayIn(Date.now(), zone);
    const items = view === 'closed' ? data.items.filter(({ closedAt }) => closedAt && dayIn(closedAt, zone) === today).toReversed() : inOrder(data.items);
    return wanted === '' ? items : items.filter(fits);
  };
  useEffect(() => handles.put({ search: () => field.current?.focus(), move: (step) => focusNext(list.current, step) }), [handles]);
  return (
    <section className={`${styles.pane} ${styles.inbox}`} aria-label={t('inbox')}>
      <div className={styles.views} role="group" aria-label={t('inbox')}>
        {VIEWS.map((one) => (
          <button key={one} type="button" className={styles.choice} aria-pressed={one === view} onClick={() => setView(one)}>
            <ViewName view={one} data={one === 'closed' ? undefined : queries[one].data} />
          </button>
        ))}
      </div>
      <input
        ref={field}
        type="search"
        className={styles.search}
        aria-label={t('search')}
        placeholder={t('search.hint')}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key === 'Enter') focusNext(list.current, 1);
        }}
      />
      <Rows key={view} view={view} query={queries[view]} shown={shown} {...{ text, chosen, list }} />
    </section>
  );
}

function ViewName({ view, data }: { view: View; data: Conversations | undefined }) {
  const t = useMessages(messages);
  const name = t(`view.${view}`);
  return data ? t('view.count', { name, count: data.more ? `${data.items.length}+` : data.items.length }) : name;
}

interface RowsProps {
  view: View;
  query: { data?: Conversations; error: Error | null; refetch: () => unknown };
  shown: (data: Conversations) => Conversation[];
  text: string;
  chosen: string;
  list: RefObject<HTMLUListElement | null>;
}

function Rows({ view, query: { data, error, refetch }, shown, text, chosen, list }: RowsProps) {
  const t = useMessages(messages);
  const retry = () => void refetch();
  if (!data) return error ? <PanelError what={t('inbox')} error={error} retry={retry} /> : <PanelLoading what={t('inbox')} height={240} />;
  const rows = shown(data);
  return (
    <>
      {error && <StaleNote error={error} retry={retry} />}
      {rows.length === 0 && <p className={styles.none}>{text.trim() ? t('inbox.none.found', { text: text.trim() }) : t(`inbox.none.${view}`)}</p>}
      <ul ref={list} className={styles.rows}>
        {rows.map((one) => (
          <Row key={one.id} one={one} isChosen={one.id === chosen} asks={view === 'mine'} />
        ))}
      </ul>
      {data.more && view === 'waiting' && <p className={styles.none}>{t('inbox.more', { n: data.items.length })}</p>}
    </>
  );
}

/** @param asks - whether the customer's tier is asked for; else it is shown where it is known. */
const Row = memo(function Row({ one, isChosen, asks }: { one: Conversation; isChosen: boolean; asks: boolean }) {
  const name = useNames();
  const { search } = useLocation();
  const tier = useTier(one.customer, asks);
  return (
    <li className={styles.row} data-chosen={isChosen} data-conversation={one.id}>
      <Link className={styles.rowLink} to={addressOf(search, one.id)} aria-current={isChosen ? 'true' : undefined}>
        <span className={styles.rowHead}>
          <strong>{shortId(one.customer)}</strong>
          {tier && <span className={styles.tag}>{tier}</span>}
          <span className={styles.quiet}>{name('channel', one.channel)}</span>
          <span className={styles.quiet}>{one.skill}</span>
        </span>
        <LastWord one={one} />
        <PromiseText one={one} />
      </Link>
    </li>
  );
});

const SOME_SECONDS = 10_000;

function LastWord({ one }: { one: Conversation }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const now = useNow(SOME_SECONDS);
  const age = (at: string) => format.age(now + SOME_SECONDS - Date.parse(at));
  return (
    <span className={styles.quiet}>
      {one.state === 'waiting' ? t('waited', { age: age(one.openedAt) }) : one.lastSide && one.lastAt ? t(`last.${one.lastSide}`, { age: age(one.lastAt) }) : t('last.none')}
    </span>
  );
}

function useTier(customer: string, asks: boolean): string | null {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const known = queries.getQueryData<Customer | null>(customerQuery(customer).queryKey);
  const { data } = useQuery({ ...customerQuery(customer), enabled: asks && customer.startsWith('c_') });
  const tier = (data ?? known)?.tier;
  return tier ? t(`tier.${tier as 'vip'}`) : null;
}

/** The row below or above the one with the focus, else the chosen one, else the first. */
function focusNext(list: HTMLUListElement | null, step: 1 | -1): void {
  const links = [...(list?.querySelectorAll<HTMLAnchorElement>('a') ?? [])];
  const focused = links.indexOf(document.activeElement as HTMLAnchorElement);
  const from = focused >= 0 ? focused : links.findIndex((link) => link.ariaCurrent === 'true');
  const next = from < 0 ? links[step > 0 ? 0 : links.length - 1] : links[Math.min(links.length - 1, Math.max(0, from + step))];
  next?.focus();
}

function addressOf(search: string, id: string): string {
  const next = new URLSearchParams(search);
  next.set('c', id);
  return `?${next}`;
}
