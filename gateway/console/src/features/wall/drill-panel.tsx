import { useQueries } from '@tanstack/react-query';
import { useNames } from '@/api/catalogue';
import { type Conversation, type Conversations, conversationsQuery } from '@/api/conversations';
import { useZone } from '@/api/operator';
import { useMay } from '@/api/session';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { Panel, together } from '@/kit/panel';
import { useNow } from '@/kit/use-now';
import { conversationCell, promiseCell } from './cells';
import { counts, type Drill, listsOf } from './drill';
import { messages } from './messages';
import styles from './wall.module.css';

/** A thousand conversations of a state; more has no wall. */
const PAGES = 5;

/** The conversations that a number of the wall counts. */
export function DrillPanel({ drill, onClose }: { drill: Drill; onClose: () => void }) {
  const t = useMessages(messages);
  const answers = useQueries({ queries: listsOf(drill).map((filter) => conversationsQuery(filter, PAGES)) });
  const query = together<Conversations[]>(...answers);
  const title =
    drill.what === 'agent'
      ? t('drill.agent', { name: drill.of })
      : drill.of === ''
        ? t(`drill.${drill.what}`)
        : t('drill.of', { what: t(`drill.${drill.what}`), skill: drill.of });
  return (
    <Panel
      title={title}
      query={query}
      height={120}
      actions={
        <button type="button" className={styles.button} onClick={onClose}>
          {t('drill.close')}
        </button>
      }
    >
      {(lists) => (
        <>
          <Found drill={drill} conversations={lists.flatMap(({ items }) => items)} />
          {lists.some(({ more }) => more) && <p className={styles.note}>{t('drill.more', { n: Math.max(...lists.map(({ items }) => items.length)) })}</p>}
        </>
      )}
    </Panel>
  );
}

function Found({ drill, conversations }: { drill: Drill; conversations: readonly Conversation[] }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const zone = useZone();
  const name = useNames();
  const now = useNow(1_000);
  const mayOpen = useMay('agent', 'supervisor');
  const rows = conversations.filter((one) => counts(drill, one, now));
  const state = ({ state, agent }: Conversation) => t(`state.${state}`, { agent: agent ?? '' });
  const columns: Column<Conversation>[] = [
    {
      key: 'conversation',
      title: t('conversation'),
      cell: conversationCell(mayOpen),
      value: ({ customer }) => customer,
    },
    { key: 'channel', title: t('channel'), cell: ({ channel }) => name('channel', channel), value: ({ channel }) => name('channel', channel) },
    { key: 'skill', title: t('skill'), cell: ({ skill }) => skill, value: ({ skill }) => skill },
    { key: 'state', title: t('state'), cell: state, value: state },
    { key: 'since', title: t('waited'), cell: ({ openedAt }) => format.instant(openedAt, zone), value: ({ openedAt }) => openedAt },
    { key: 'promise', title: t('promise'), cell: promiseCell, value: ({ firstReplyDue }) => firstReplyDue },
  ];
  if (rows.length === 0) return <p className={styles.note}>{t('drill.none')}</p>;
  return <DataTable caption={t('conversation')} columns={columns} rows={rows} rowKey={({ id }) => id} />;
}
