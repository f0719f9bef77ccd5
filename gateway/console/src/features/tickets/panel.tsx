import { useMay } from '@/api/session';
import { useUrlParam } from '@/filters/filters';
import { useMessages } from '@/i18n/messages';
import { Notice, useNotice } from '@/kit/notice';
import { Views } from '@/kit/record';
import { Detail } from './detail';
import { TicketList } from './list';
import { messages } from './messages';
import { OpenTicket } from './open-ticket';
import { Promises } from './promises';
import styles from './tickets.module.css';

/** What customers need: the list, one of them by `id`, and what is promised for them. */
export function Panel() {
  const t = useMessages(messages);
  const [id, choose] = useUrlParam('id', '');
  const [view, setView] = useUrlParam('v', 'list');
  const [notice, notify] = useNotice();
  const mayPromise = useMay('supervisor', 'manager', 'admin');
  const shown = view === 'promises' && mayPromise ? 'promises' : 'list';
  const views = [
    { key: 'list', name: t('view.list') },
    { key: 'promises', name: t('view.promises') },
  ] as const;
  return (
    <div className={styles.screen}>
      {mayPromise && id === '' && <Views label={t('views')} views={views} value={shown} onChange={setView} />}
      {id !== '' ? <Detail key={id} id={id} onBack={() => choose('')} notify={(text) => notify({ text })} /> : shown === 'promises' ? <Promises /> : <TicketList />}
      <OpenTicket />
      <Notice notice={notice} onClose={() => notify(null)} />
    </div>
  );
}
