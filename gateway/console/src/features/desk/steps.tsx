import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { wallQuery } from '@/api/agents';
import { type Conversation, type Step, transcriptHref, useStep } from '@/api/conversations';
import { useMay } from '@/api/session';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { Form, Refused, TextField } from '@/kit/form';
import type { NoticeText } from '@/kit/notice';
import styles from './desk.module.css';
import type { Handles } from './handles';
import { messages } from './messages';
import { TicketForm } from './ticket-form';

export type StepName = 'assign' | 'release' | 'resolve' | 'ticket';

interface Props {
  conversation: Conversation;
  me: string;
  handles: Handles;
  doing: StepName | null;
  setDoing: (step: StepName | null) => void;
  notify: (notice: NoticeText | null) => void;
  onClose: () => void;
}

/** What one does with a conversation beside answering. */
export function Steps({ conversation: one, me, handles, doing, setDoing, notify, onClose }: Props) {
  const t = useMessages(messages);
  const leads = useMay('supervisor');
  const step = useStep(one.id);
  const isOver = one.state === 'closed';
  const isMine = one.agent === me;
  const done = () => setDoing(null);
  const take = (what: Step, then: () => void = done) => step.mutate(what, { onSuccess: then });
  const mayTake = !isOver && !isMine && (one.state === 'waiting' || leads);
  const mayEnd = !isOver && (isMine || leads);
  const assign = () => take({ what: 'assign', agent: null });

  useEffect(() =>
    handles.put({
      // Agents assign to themselves alone: that is no question.
      assign: () => {
        if (leads && !isOver) setDoing('assign');
        else if (mayTake) assign();
      },
      ticket: () => setDoing('ticket'),
      resolve: () => {
        if (mayEnd) setDoing('resolve');
      },
    }),
  );

  const titles = { assign: t('assign.to'), release: t('release'), resolve: t('resolve'), ticket: t('ticket.create') };
  return (
    <div className={styles.steps}>
      {mayTake && (
        <button type="button" className={styles.plainButton} disabled={step.isPending} onClick={assign}>
          {one.state === 'waiting' ? t('take') : t('take.over')}
        </button>
      )}
      {leads && !isOver && (
        <button type="button" className={styles.plainButton} onClick={() => setDoing('assign')}>
          {t('assign')}
        </button>
      )}
      {mayEnd && one.state === 'active' && (
        <button type="button" className={styles.plainButton} onClick={() => setDoing('release')}>
          {t('release')}
        </button>
      )}
      {mayEnd && (
        <button type="button" className={styles.plainButton} onClick={() => setDoing('resolve')}>
          {t('resolve')}
        </button>
      )}
      <button type="button" className={styles.plainButton} onClick={() => setDoing('ticket')}>
        {t('ticket.create')}
      </button>
      <a className={styles.plainButton} href={transcriptHref(one.id, false)} download>
        {t('transcript')}
      </a>
      <a className={styles.plainButton} href={transcriptHref(one.id, true)} download>
        {t('transcript.notes')}
      </a>
      {step.error && doing === null && (
        <span className={styles.fault} role="alert">
          {t('refused', { reason: step.error.message })}
        </span>
      )}
      <Dialog title={doing ? titles[doing] : ''} open={doing !== null} onClose={done} width={doing === 'ticket' ? 560 : 440}>
        {doing === 'assign' && <AssignList error={step.error} onAssign={(agent) => take({ what: 'assign', agent })} />}
        {doing === 'release' && (
          <ReleaseForm busy={step.isPending} error={step.error} skill={one.skill} onCancel={done} onRelease={(skill) => take({ what: 'release', skill })} />
        )}
        {doing === 'resolve' && (
          <ResolveList
            error={step.error}
            onTicket={() => setDoing('ticket')}
            onResolve={(reason) =>
              take({ what: 'close', reason }, () => {
                done();
                onClose();
              })
            }
          />
        )}
        {doing === 'ticket' && (
          <TicketForm
            conversation={one}
            onCancel={done}
            onOpened={(ticket) => {
              notify({ text: t('ticket.created', { id: ticket.id }) });
              done();
            }}
          />
        )}
      </Dialog>
    </div>
  );
}

/** Who is on duty with the least load first. */
function AssignList({ error, onAssign }: { error: Error | null; onAssign: (agent: string) => void }) {
  const t = useMessages(messages);
  const { data } = useQuery(wallQuery);
  const order = { available: 0, away: 1, off: 2 };
  const agents = [...(data?.agents ?? [])].sort((one, other) => order[one.status] - order[other.status] || one.load / one.capacity - other.load / other.capacity);
  const list = useRef<HTMLDivElement>(null);
  const isThere = agents.length > 0;
  useEffect(() => {
    if (isThere) list.current?.querySelector('button')?.focus();
  }, [isThere]);
  return (
    <div ref={list} className={styles.list}>
      {agents.map(({ user, status, load, capacity }, i) => (
        <button key={user} type="button" className={styles.plainButton} data-first={i === 0 || undefined} onClick={() => onAssign(user)}>
          {t('assign.load', { name: user, status: t(`duty.${status}`), load, capacity })}
        </button>
      ))}
      {error && <Refused error={error} />}
    </div>
  );
}

function ReleaseForm({ skill, busy, error, onRelease, onCancel }: {
  skill: string;
  busy: boolean;
  error: Error | null;
  onRelease: (skill: string | null) => void;
  onCancel: () => void;
}) {
  const t = useMessages(messages);
  const [to, setTo] = useState('');
  return (
    <Form submit={t('release')} busy={busy} error={error} onSubmit={() => onRelease(to.trim() || null)} onCancel={onCancel}>
      <TextField label={t('release.skill')} hint={t('release.hint', { skill })} maxLength={64} value={to} onChange={({ target }) => setTo(target.value)} />
    </Form>
  );
}

const REASONS = ['solved', 'explained', 'ticket', 'no-reply', 'other'] as const;

/** One key ends it. [D9] */
function ResolveList({ error, onResolve, onTicket }: { error: Error | null; onResolve: (reason: string) => void; onTicket: () => void }) {
  const t = useMessages(messages);
  const pressed = (event: KeyboardEvent) => {
    const reason = REASONS[Number(event.key) - 1];
    if (reason) onResolve(reason);
    else if (event.key === 't') onTicket();
  };
  return (
    // Its buttons do the same.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.list} onKeyDown={pressed}>
      <p className={styles.quiet}>{t('resolve.why')}</p>
      {REASONS.map((reason, i) => (
        <button key={reason} type="button" className={styles.plainButton} data-first={i === 0 || undefined} onClick={() => onResolve(reason)}>
          <kbd>{i + 1}</kbd> {t(`reason.${reason}`)}
        </button>
      ))}
      <button type="button" className={styles.plainButton} onClick={onTicket}>
        <kbd>t</kbd> {t('resolve.ticket')}
      </button>
      {error && <Refused error={error} />}
    </div>
  );
}
