import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { conversationsQuery } from '@/api/conversations';
import { useSession } from '@/api/session';
import { useUrlParam } from '@/filters/filters';
import { useMessages } from '@/i18n/messages';
import { type ScreenKey, useScreenKeys } from '@/kit/keys';
import { Notice, useNotice } from '@/kit/notice';
import { Polite } from '@/kit/polite';
import { useComposers } from './composers';
import { Context } from './context';
import styles from './desk.module.css';
import { DutyBar } from './duty-bar';
import { Handles } from './handles';
import { openEnded } from './inbox';
import { Inbox } from './inbox-pane';
import { messages } from './messages';
import { ThreadPane } from './thread-pane';

/** Where agents serve customers: who waits, what is said, and who it is. [D1] to [D11] */
export function Screen() {
  const t = useMessages(messages);
  const me = useSession()?.user ?? '';
  const [chosen, choose] = useUrlParam('c', '');
  const composers = useComposers();
  const [notice, notify] = useNotice();
  const [handles] = useState(() => new Handles());
  useScreenKeys(useMemo(() => keysOf(t, handles), [t, handles]));
  const { data: waitsForMe } = useQuery({ ...conversationsQuery({ state: 'active', agent: me }), select: ({ items }) => openEnded(items) });
  return (
    <div className={styles.desk} data-chosen={chosen !== ''}>
      <DutyBar />
      <div className={styles.panes}>
        <Inbox me={me} chosen={chosen} handles={handles} />
        {chosen === '' ? (
          <p className={styles.pick}>{t('thread.pick')}</p>
        ) : (
          <ThreadPane key={chosen} id={chosen} me={me} composer={composers.of(chosen)} handles={handles} notify={notify} onClose={() => choose('')} />
        )}
        <Context id={chosen} handles={handles} />
      </div>
      <Polite count={waitsForMe ?? 0} say={(n) => t('answer', { n })} />
      <Notice notice={notice} onClose={() => notify(null)} />
    </div>
  );
}

type Translate = ReturnType<typeof useMessages<keyof (typeof messages)['en']>>;

function keysOf(t: Translate, handles: Handles): ScreenKey[] {
  return [
    { keys: 'j', text: t('key.next'), act: () => handles.now.move?.(1) },
    { keys: 'k', text: t('key.previous'), act: () => handles.now.move?.(-1) },
    { keys: 'Enter', text: t('key.open') },
    { keys: '/', text: t('search'), act: () => handles.now.search?.() },
    { keys: 'r', text: t('reply'), act: () => handles.now.reply?.() },
    { keys: 'n', text: t('note'), act: () => handles.now.note?.() },
    { keys: 'a', text: t('assign'), act: () => handles.now.assign?.() },
    { keys: 't', text: t('ticket.create'), act: () => handles.now.ticket?.() },
    { keys: 'e', text: t('resolve'), act: () => handles.now.resolve?.() },
    { keys: ':: ??', text: t('key.expand') },
    { keys: 'Ctrl Enter', text: t('key.send') },
    { keys: 'Ctrl Shift Enter', text: t('send.resolve') },
    { keys: 'Esc', text: t('key.leave') },
  ];
}
