import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useNames } from '@/api/catalogue';
import { type Conversation, type Thread, threadQuery } from '@/api/conversations';
import { useMessages } from '@/i18n/messages';
import type { NoticeText } from '@/kit/notice';
import { PanelError, PanelLoading, StaleNote } from '@/kit/panel-states';
import { PromiseText } from '@/kit/promise-text';
import { shortId } from '@/lib/first-reply';
import type { Composer } from './composer';
import { ComposerBox } from './composer-box';
import { useComposer } from './composers';
import styles from './desk.module.css';
import type { Handles } from './handles';
import { MessageList } from './message-list';
import { messages } from './messages';
import { type StepName, Steps } from './steps';
import { unseen } from './thread-lines';
import { useOthers, usePresence } from './use-presence';
import { useSeen } from './use-seen';

interface Props {
  id: string;
  me: string;
  composer: Composer;
  handles: Handles;
  notify: (notice: NoticeText | null) => void;
  onClose: () => void;
}

/** One conversation: what was said, who is here, and what one says. */
export function ThreadPane({ id, composer, onClose, ...rest }: Props) {
  const t = useMessages(messages);
  const query = useQuery(threadQuery(useQueryClient(), id));
  useEffect(() => {
    void composer.load();
    return () => composer.flush();
  }, [composer]);
  return (
    <section className={`${styles.pane} ${styles.thread}`} aria-label={t('thread')}>
      <button type="button" className={styles.back} onClick={onClose}>
        {t('back')}
      </button>
      {query.data === undefined ? (
        query.error ? (
          <PanelError what={t('thread')} error={query.error} retry={() => void query.refetch()} />
        ) : (
          <PanelLoading what={t('thread')} height={320} />
        )
      ) : (
        <>
          {query.error && <StaleNote error={query.error} retry={() => void query.refetch()} />}
          <Open thread={query.data} {...{ id, composer, onClose, ...rest }} />
        </>
      )}
    </section>
  );
}

function Open({ thread, id, me, composer, handles, notify, onClose }: Props & { thread: Thread }) {
  const { conversation } = thread;
  const state = useComposer(composer);
  const typing = usePresence(id);
  const [doing, setDoing] = useState<StepName | null>(null);
  const last = thread.messages.at(-1)?.seq ?? 0;
  const { box, seen, onScroll, toEnd } = useSeen(last);
  const send = async (resolving: boolean) => {
    toEnd();
    const arrived = await composer.send(seen);
    if (arrived && resolving) setDoing('resolve');
  };
  const stale = state.staleAfter === null ? null : unseen(thread.messages, state.staleAfter, me).length;
  return (
    <>
      <Head conversation={conversation}>
        <Steps {...{ conversation, me, handles, doing, setDoing, notify, onClose }} />
      </Head>
      <Here id={id} me={me} />
      <MessageList messages={thread.messages} outgoing={state.outgoing} {...{ me, composer, box, seen, onScroll, toEnd }} />
      <ComposerBox {...{ conversation, me, composer, state, stale, handles, typing }} onSend={(resolving) => void send(resolving)} />
    </>
  );
}

function Head({ conversation: one, children }: { conversation: Conversation; children: ReactNode }) {
  const t = useMessages(messages);
  const name = useNames();
  const reason = one.closeReason ? closeReason(t, one.closeReason) : '';
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>{t('thread.of', { customer: shortId(one.customer) })}</h2>
      <span className={styles.quiet}>{name('channel', one.channel)}</span>
      <span className={styles.quiet}>{one.skill}</span>
      {one.service && <span className={styles.quiet}>{name('service', one.service)}</span>}
      <span className={styles.tag} data-state={one.state}>
        {t(`state.${one.state}`, { agent: one.agent ?? '', reason })}
      </span>
      <PromiseText one={one} />
      {children}
    </header>
  );
}

const REASONS = new Set(['solved', 'explained', 'ticket', 'no-reply', 'other', 'customer-left']);

/** Other programs may have reasons of their own. */
function closeReason(t: (key: 'reason.solved') => string, code: string): string {
  return REASONS.has(code) ? t(`reason.${code}` as 'reason.solved') : code;
}

/** Who else is here, and what they do. [D3] */
function Here({ id, me }: { id: string; me: string }) {
  const t = useMessages(messages);
  const people = useOthers(id, me);
  if (people.length === 0) return null;
  return (
    <ul className={styles.here} aria-label={t('here')}>
      {people.map(({ name, status }) => {
        const shown = name ?? t('here.customer');
        return (
          <li key={name ?? ''} data-status={status}>
            <span className={styles.avatar} aria-hidden="true">
              {shown.slice(0, 1).toUpperCase()}
            </span>
            {t(`here.${status}` as 'here.viewing', { name: shown })}
          </li>
        );
      })}
    </ul>
  );
}
