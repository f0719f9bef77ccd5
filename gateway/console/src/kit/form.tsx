import { Button } from 'antd';
import { type FormEvent, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react';
import { ApiError } from '@/api/client';
import { useMessages } from '@/i18n/messages';
import styles from './form.module.css';
import { kitMessages } from './messages';

interface FieldProps {
  label: string;
  hint?: string;
  /** What is wrong with it. */
  errors?: readonly string[];
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode;
}

/** A label above its input, with a hint, and what is wrong below it; both are read out with the input. */
export function Field({ label, hint, errors, children }: FieldProps) {
  const id = useId();
  const wrong = (errors?.length ?? 0) > 0;
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': wrong || undefined })}
      {hint && (
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      )}
      {wrong && (
        <span id={`${id}-wrong`} className={styles.wrong}>
          {errors!.join(' ')}
        </span>
      )}
    </div>
  );
}

type Told = Omit<FieldProps, 'children'>;

export function TextField({ label, hint, errors, ...input }: Told & InputHTMLAttributes<HTMLInputElement>) {
  return <Field {...{ label, hint, errors }}>{(ids) => <input type="text" autoComplete="off" className={styles.input} {...input} {...ids} />}</Field>;
}

export function TextAreaField({ label, hint, errors, ...area }: Told & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <Field {...{ label, hint, errors }}>{(ids) => <textarea autoComplete="off" className={styles.input} {...area} {...ids} />}</Field>;
}

export interface Option {
  value: string;
  label: string;
}

export function SelectField({
  label,
  hint,
  errors,
  options,
  ...select
}: Told & { options: readonly Option[] } & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field {...{ label, hint, errors }}>
      {(ids) => (
        <select className={styles.input} {...select} {...ids}>
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={checked} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}

interface FormProps {
  /** What the main button does. */
  submit: string;
  busy: boolean;
  /** Why it did not work; errors of fields are said at the fields. */
  error: Error | null;
  /** The fields that say their errors themselves. */
  fields?: readonly string[];
  danger?: boolean;
  onSubmit: () => void;
  onCancel: () => void;
  children: ReactNode;
}

/** A form of a dialog: its fields, what went wrong, and the two buttons. Nothing typed is lost when it is refused. */
export function Form({ submit, busy, error, fields, danger, onSubmit, onCancel, children }: FormProps) {
  const t = useMessages(kitMessages);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSubmit();
  };
  return (
    <form className={styles.form} onSubmit={send}>
      {children}
      {error && <Refused error={error} fields={fields} />}
      <div className={styles.buttons}>
        <Button onClick={onCancel}>{t('cancel')}</Button>
        <Button type="primary" htmlType="submit" danger={danger} loading={busy}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

/** Side by side where there is room. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className={styles.fields}>{children}</div>;
}

/** Why something was refused, with all that no field says. */
export function Refused({ error, fields }: { error: Error; fields?: readonly string[] }) {
  const t = useMessages(kitMessages);
  const problem = error instanceof ApiError ? error.problem : undefined;
  const others = Object.entries(problem?.errors ?? {}).filter(([field]) => !fields?.includes(field));
  return (
    <div className={styles.refused} role="alert">
      <p>{problem?.status === 0 ? t('offline') : error.message}</p>
      {others.length > 0 && (
        <ul>
          {others.map(([field, wrong]) => (
            <li key={field}>{t('fieldWrong', { field, wrong: wrong.join(' ') })}</li>
          ))}
        </ul>
      )}
      {problem?.correlationId && <code>{t('correlation', { id: problem.correlationId })}</code>}
    </div>
  );
}

/** What the server says is wrong with one field. */
export function errorsOf(error: Error | null, field: string): readonly string[] | undefined {
  return error instanceof ApiError ? error.problem.errors?.[field] : undefined;
}
