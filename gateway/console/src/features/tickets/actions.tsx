import { Button } from 'antd';
import { type ComponentType, useState } from 'react';
import { useSession } from '@/api/session';
import {
  CANCEL_REASONS, type CancelReason, NOT_FIRST_TIME, type NotFirstTime, PEND_REASONS, type PendReason, type Resolution, RESOLUTIONS, type TicketAction,
  type TicketDetail,
} from '@/api/tickets';
import { Dialog } from '@/kit/dialog';
import { SelectField, TextAreaField, TextField } from '@/kit/form';
import { Note } from '@/kit/record';
import { EditForm } from './edit-form';
import { allowed, rolesAbove, type Verb } from './rules';
import { StepForm, type StepProps } from './step-form';
import styles from './tickets.module.css';
import { useTicketWords } from './words';

interface Props {
  detail: TicketDetail;
  notify: (text: string) => void;
}

/** What the ticket's status allows, each with what it needs. */
export function Actions({ detail, notify }: Props) {
  const { t } = useTicketWords();
  const [doing, setDoing] = useState<Verb | null>(null);
  const close = () => setDoing(null);
  const verbs = allowed(detail.ticket).filter((verb) => verb !== 'comment');
  const Fields = doing && FORMS[doing];
  const done = (verb: Verb) => {
    notify(t(`done.${verb}`));
    close();
  };
  return (
    <div className={styles.actions}>
      {verbs.map((verb, i) => (
        <Button key={verb} type={i === 0 ? 'primary' : 'default'} danger={verb === 'cancel'} onClick={() => setDoing(verb)}>
          {t(`do.${verb}`)}
        </Button>
      ))}
      {verbs.length === 0 && <Note>{t('over')}</Note>}
      <Dialog title={doing ? t(`do.${doing}`) : ''} open={doing !== null} onClose={close} width={520}>
        {Fields && doing && <Fields detail={detail} onClose={close} onDone={() => done(doing)} />}
      </Dialog>
    </div>
  );
}

const FORMS: Record<Verb, ComponentType<StepProps>> = {
  assign: Assign,
  pend: Pend,
  resume: (props) => <Plain {...props} what="resume" />,
  resolve: Resolve,
  close: (props) => <Plain {...props} what="close" />,
  reopen: (props) => <Plain {...props} what="reopen" />,
  cancel: Cancel,
  escalate: Escalate,
  edit: EditForm,
  comment: () => null,
};

/** What is sent with one press, and said what it means. */
function Plain({ what, ...props }: StepProps & { what: 'resume' | 'close' | 'reopen' }) {
  const { t } = useTicketWords();
  return (
    <StepForm {...props} verb={what} action={() => ({ what })}>
      <Note>{t(`about.${what}`)}</Note>
    </StepForm>
  );
}

function Assign(props: StepProps) {
  const { t } = useTicketWords();
  const { ticket } = props.detail;
  const me = useSession()?.user ?? '';
  const [owner, setOwner] = useState(ticket.owner ?? '');
  const [team, setTeam] = useState(ticket.team ?? '');
  return (
    <StepForm {...props} verb="assign" action={() => ({ what: 'assign', owner: textOf(owner), team: textOf(team) })}>
      <TextField label={t('owner')} hint={t('owner.hint')} maxLength={64} value={owner} onChange={({ target }) => setOwner(target.value)} />
      <TextField label={t('team')} hint={t('team.hint')} maxLength={64} value={team} onChange={({ target }) => setTeam(target.value)} />
      <div>
        <Button size="small" onClick={() => setOwner(me)}>
          {t('assign.me')}
        </Button>
      </div>
    </StepForm>
  );
}

function Pend(props: StepProps) {
  const { t } = useTicketWords();
  const [reason, setReason] = useState<PendReason>(PEND_REASONS[0]);
  return (
    <StepForm {...props} verb="pend" action={() => ({ what: 'pend', reason })}>
      <Note>{t('about.pend')}</Note>
      <SelectField
        label={t('reason')}
        value={reason}
        options={PEND_REASONS.map((value) => ({ value, label: t(`pend.${value}`) }))}
        onChange={({ target }) => setReason(target.value as PendReason)}
      />
    </StepForm>
  );
}

function Resolve(props: StepProps) {
  const { t } = useTicketWords();
  const { ticket } = props.detail;
  const [resolution, setResolution] = useState<Resolution>(RESOLUTIONS[0]);
  const [text, setText] = useState('');
  const [reason, setReason] = useState<NotFirstTime | ''>(ticket.notFirstTime ?? '');
  const action = (): TicketAction => ({ what: 'resolve', resolution, text: textOf(text), notFirstTime: reason === '' ? null : reason });
  return (
    <StepForm {...props} verb="resolve" action={action}>
      <SelectField
        label={t('field.resolution')}
        value={resolution}
        options={RESOLUTIONS.map((value) => ({ value, label: t(`resolution.${value}`) }))}
        onChange={({ target }) => setResolution(target.value as Resolution)}
      />
      <TextAreaField label={t('resolved.what')} hint={t('text.hint')} maxLength={8_000} value={text} onChange={({ target }) => setText(target.value)} />
      <SelectField
        label={t('field.notFirstTime')}
        value={reason}
        options={[{ value: '', label: t('nft.none') }, ...NOT_FIRST_TIME.map((value) => ({ value, label: t(`nft.${value}`) }))]}
        onChange={({ target }) => setReason(target.value as NotFirstTime | '')}
      />
      {ticket.firstResponseAt === null && <Note>{t('about.resolve')}</Note>}
    </StepForm>
  );
}

function Cancel(props: StepProps) {
  const { t } = useTicketWords();
  const [reason, setReason] = useState<CancelReason>(CANCEL_REASONS[0]);
  return (
    <StepForm {...props} verb="cancel" action={() => ({ what: 'cancel', reason })}>
      <Note>{t('about.cancel')}</Note>
      <SelectField
        label={t('reason')}
        value={reason}
        options={CANCEL_REASONS.map((value) => ({ value, label: t(`cancel.${value}`) }))}
        onChange={({ target }) => setReason(target.value as CancelReason)}
      />
    </StepForm>
  );
}

function Escalate(props: StepProps) {
  const { t } = useTicketWords();
  const roles = rolesAbove(props.detail.ticket.escalatedTo);
  const [role, setRole] = useState(roles[0]);
  return (
    <StepForm {...props} verb="escalate" action={() => ({ what: 'escalate', role: role ?? 'admin' })}>
      <SelectField
        label={t('escalate.to')}
        value={role}
        options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
        onChange={({ target }) => setRole(target.value as typeof role)}
      />
    </StepForm>
  );
}

function textOf(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
