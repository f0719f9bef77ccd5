import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { useMay } from '@/api/session';
import { type Clock, type TicketDetail, ticketQuery } from '@/api/tickets';
import { Panel } from '@/kit/panel';
import { Facts, Lines, Note, Part, Tag } from '@/kit/record';
import { useNow } from '@/kit/use-now';
import { Actions } from './actions';
import { Composer } from './composer';
import { allowed } from './rules';
import { SeverityTag, StatusTag } from './tags';
import styles from './tickets.module.css';
import { useTicketWords } from './words';

interface Props {
  id: string;
  onBack: () => void;
  notify: (text: string) => void;
}

/** One ticket with its texts, its clocks and all that was done about it. */
export function Detail({ id, onBack, notify }: Props) {
  const { t } = useTicketWords();
  const query = useQuery(ticketQuery(id));
  return (
    <Panel
      title={t('detail')}
      query={query}
      height={420}
      actions={
        <Button size="small" onClick={onBack}>
          {t('back')}
        </Button>
      }
    >
      {(detail) => <Whole detail={detail} notify={notify} />}
    </Panel>
  );
}

function Whole({ detail, notify }: { detail: TicketDetail; notify: (text: string) => void }) {
  const words = useTicketWords();
  const { t } = words;
  const { ticket } = detail;
  const mayAct = useMay('agent', 'supervisor', 'admin');
  const mayComment = mayAct && allowed(ticket).includes('comment');
  return (
    <article className={styles.ticket} aria-label={words.kind(ticket)}>
      <header className={styles.head}>
        <h3>{detail.subject ?? t('erased')}</h3>
        <StatusTag status={ticket.status} />
        <SeverityTag severity={ticket.severity} />
        <span>{words.kind(ticket)}</span>
      </header>
      {mayAct && <Actions detail={detail} notify={notify} />}
      <div className={styles.columns}>
        <div className={styles.column}>
          {detail.description && (
            <Part title={t('description')}>
              <p className={styles.text}>{detail.description}</p>
            </Part>
          )}
          <Notes detail={detail} />
          {detail.resolved && (
            <Part title={t('resolved.text')}>
              <p className={styles.text}>{detail.resolved}</p>
            </Part>
          )}
          {mayComment && <Composer detail={detail} notify={notify} />}
        </div>
        <div className={styles.column}>
          <Clocks detail={detail} />
          <Part title={t('facts')}>
            <AllFacts detail={detail} />
          </Part>
          <Part title={t('history')}>
            <Lines lines={detail.history.toReversed().map(words.line)} />
          </Part>
        </div>
      </div>
    </article>
  );
}

function Notes({ detail: { notes } }: { detail: TicketDetail }) {
  const { t, time, by } = useTicketWords();
  return (
    <Part title={t('notes')}>
      {notes.length === 0 && <Note>{t('notes.none')}</Note>}
      <ol className={styles.notes}>
        {notes.map((note) => (
          <li key={note.number} data-to={note.to}>
            <p className={styles.noteHead}>
              <strong>{t(note.to === 'customer' ? 'note.customer' : 'note.internal')}</strong>
              <span>{by(note.by)}</span>
              <span>{time(note.at)}</span>
            </p>
            <p className={styles.text}>{note.text ?? t('erased')}</p>
          </li>
        ))}
      </ol>
    </Part>
  );
}

/** Both promises in minutes of work: how much is gone, of how much, and what is left. */
function Clocks({ detail: { ticket, clocks } }: { detail: TicketDetail }) {
  const { t, format } = useTicketWords();
  if (!clocks) {
    return (
      <Part title={t('clocks')}>
        <Note>{t('clocks.cancelled')}</Note>
      </Part>
    );
  }
  return (
    <Part title={t('clocks')}>
      <div className={styles.clocks}>
        <ClockCard name={t('firstResponse')} clock={clocks.firstResponse} />
        <ClockCard name={t('resolution')} clock={clocks.resolution} />
      </div>
      <Note>{t('clocks.note', { calendar: clocks.calendar, paused: format.minutes(clocks.paused) })}</Note>
      {ticket.status === 'pending' && <Note>{t('clocks.stand')}</Note>}
    </Part>
  );
}

function ClockCard({ name, clock }: { name: string; clock: Clock }) {
  const words = useTicketWords();
  const { t, format } = words;
  const { tone, sign, text } = words.sla(clock.state, clock.due, clock.doneAt, useNow());
  const share = Math.min(1, clock.allowed > 0 ? clock.elapsed / clock.allowed : 1);
  const left = clock.remaining < 0 ? t('clock.late', { time: format.minutes(clock.remaining) }) : t('clock.left', { time: format.minutes(clock.remaining) });
  return (
    <section className={styles.clock} aria-label={name}>
      <h4>{name}</h4>
      <Tag tone={tone} sign={sign}>
        {text}
      </Tag>
      <div className={styles.gauge} aria-hidden="true">
        <div data-tone={tone} style={{ width: `${share * 100}%` }} />
      </div>
      <p>{t('clock.of', { elapsed: format.minutes(clock.elapsed), allowed: format.minutes(clock.allowed) })}</p>
      <p>{clock.doneAt ? t('clock.done', { at: words.time(clock.doneAt) }) : left}</p>
    </section>
  );
}

function AllFacts({ detail: { ticket } }: { detail: TicketDetail }) {
  const words = useTicketWords();
  const { t, name } = words;
  return (
    <Facts
      facts={[
        [t('status'), words.status(ticket)],
        [t('owner'), ticket.owner ?? t('nobody')],
        [t('team'), ticket.team],
        [t('field.priority'), t('priority.n', { priority: String(ticket.priority) })],
        [t('customer'), <Link key="customer" to={`?t=customers&id=${ticket.customer}`}>{ticket.customer}</Link>],
        [t('field.service'), ticket.service && name('service', ticket.service)],
        [t('field.channel'), ticket.channel && name('channel', ticket.channel)],
        [t('field.faultClass'), ticket.faultClass && words.fault(ticket.faultClass)],
        [t('field.product'), ticket.product],
        [t('field.task'), ticket.task],
        [t('field.conversation'), ticket.conversation],
        [t('field.resolution'), ticket.resolution && t(`resolution.${ticket.resolution}`)],
        [t('field.notFirstTime'), ticket.notFirstTime && t(`nft.${ticket.notFirstTime}`)],
        [t('field.escalatedTo'), ticket.escalatedTo && t(`role.${ticket.escalatedTo}`)],
        [t('field.policy'), words.policy(ticket.policy)],
        [t('opened'), t('opened.by', { at: words.time(ticket.openedAt), by: words.by(ticket.openedBy) })],
        [t('resolvedAt'), ticket.resolvedAt && words.time(ticket.resolvedAt)],
        [t('closedAt'), ticket.closedAt && words.time(ticket.closedAt)],
        [t('reopened'), ticket.reopened > 0 ? t('reopened.n', { n: ticket.reopened }) : null],
        [t('id'), <code key="id">{ticket.id}</code>],
      ]}
    />
  );
}
