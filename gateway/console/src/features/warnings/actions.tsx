import { type FormEvent, type ReactNode, useState } from 'react';
import { useMay, useSession } from '@/api/session';
import { type Action, useWarningAction, type Warning } from '@/api/warnings';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { messages } from './messages';
import { SNOOZES } from './queue';
import styles from './warnings.module.css';

type Verb = Action['what'];

/** What one may do about a warning. What is over can only be judged: was it useful? */
export function Actions({ warning }: { warning: Warning }) {
  const t = useMessages(messages);
  const may = useMay('manager', 'sre', 'admin');
  const [doing, setDoing] = useState<Verb | null>(null);
  const close = () => setDoing(null);
  if (!may) return null;
  const over = warning.state === 'resolved';
  const verbs: readonly Verb[] = over ? ['resolve'] : ['acknowledge', 'assign', 'snooze', 'resolve'];
  const nameOf = (verb: Verb) => (over ? t('judge') : t(verb));
  return (
    <div className={styles.actions}>
      {verbs.map((verb) => (
        <button key={verb} type="button" className={styles.button} onClick={() => setDoing(verb)}>
          {nameOf(verb)}
        </button>
      ))}
      <Dialog title={doing ? nameOf(doing) : ''} open={doing !== null} onClose={close} width={440}>
        {doing === 'acknowledge' && <Acknowledge warning={warning} onDone={close} />}
        {doing === 'assign' && <Assign warning={warning} onDone={close} />}
        {doing === 'snooze' && <Snooze warning={warning} onDone={close} />}
        {doing === 'resolve' && <Resolve warning={warning} onDone={close} />}
      </Dialog>
    </div>
  );
}

interface FormProps {
  warning: Warning;
  onDone: () => void;
}

function Acknowledge({ warning, onDone }: FormProps) {
  return (
    <ActionForm warning={warning} onDone={onDone} action={(form) => ({ what: 'acknowledge', note: textOf(form, 'note') })}>
      <Note />
    </ActionForm>
  );
}

function Assign({ warning, onDone }: FormProps) {
  const t = useMessages(messages);
  const me = useSession()?.name ?? '';
  const [owner, setOwner] = useState(warning.owner ?? '');
  return (
    <ActionForm warning={warning} onDone={onDone} action={(form) => ({ what: 'assign', owner: textOf(form, 'owner') })}>
      <label>
        {t('assignee')}
        <input name="owner" list="owners" maxLength={64} autoComplete="off" value={owner} onChange={({ target }) => setOwner(target.value)} />
      </label>
      <datalist id="owners">
        {[me, 'sre', 'manager'].map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </datalist>
      <button type="button" className={styles.button} onClick={() => setOwner(me)}>
        {t('assign.me')}
      </button>
    </ActionForm>
  );
}

function Snooze({ warning, onDone }: FormProps) {
  const t = useMessages(messages);
  const until = (form: FormData) => new Date(Date.now() + Number(form.get('after'))).toISOString();
  return (
    <ActionForm warning={warning} onDone={onDone} action={(form) => ({ what: 'snooze', until: until(form) })}>
      <fieldset className={styles.options}>
        <legend>{t('snooze.until')}</legend>
        {SNOOZES.map(({ key, after }, i) => (
          <label key={key}>
            <input type="radio" name="after" value={after} defaultChecked={i === 0} />
            {t(key)}
          </label>
        ))}
      </fieldset>
    </ActionForm>
  );
}

function Resolve({ warning, onDone }: FormProps) {
  const t = useMessages(messages);
  const useful = (form: FormData) => ({ useful: true, false: false }[String(form.get('useful'))] ?? null);
  return (
    <ActionForm warning={warning} onDone={onDone} action={(form) => ({ what: 'resolve', note: textOf(form, 'note'), useful: useful(form) })}>
      <fieldset className={styles.options}>
        <legend>{t('useful')}</legend>
        <label>
          <input type="radio" name="useful" value="useful" defaultChecked={warning.useful !== false} />
          {t('outcome.useful')}
        </label>
        <label>
          <input type="radio" name="useful" value="false" defaultChecked={warning.useful === false} />
          {t('outcome.false')}
        </label>
      </fieldset>
      <Note />
    </ActionForm>
  );
}

function Note() {
  const t = useMessages(messages);
  return (
    <label>
      {t('note')}
      <textarea name="note" rows={3} maxLength={1000} placeholder={t('note.hint')} />
    </label>
  );
}

interface ActionFormProps extends FormProps {
  action: (form: FormData) => Action;
  children: ReactNode;
}

/** What was typed stays there until it is saved. */
function ActionForm({ warning, onDone, action, children }: ActionFormProps) {
  const t = useMessages(messages);
  const act = useWarningAction(warning.id);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    act.mutate(action(new FormData(event.currentTarget)), { onSuccess: onDone });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {children}
      {act.error && <p role="alert">{t('act.failed', { reason: act.error.message })}</p>}
      <div className={styles.formButtons}>
        <button type="button" className={styles.button} onClick={onDone}>
          {t('cancel')}
        </button>
        <button type="submit" className={styles.main} disabled={act.isPending}>
          {t('save')}
        </button>
      </div>
    </form>
  );
}

function textOf(form: FormData, name: string): string | null {
  const text = String(form.get(name) ?? '').trim();
  return text === '' ? null : text;
}
