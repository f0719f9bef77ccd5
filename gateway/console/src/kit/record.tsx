import { Fragment, type ReactNode } from 'react';
import type { Option } from './form';
import styles from './record.module.css';

/** Parts of a screen that shows a list, and one of its records. */

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
}

/** One of the filters above a list. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label className={styles.choice}>
      {label}
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface WordProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A filter that is typed: it counts when it is left, or with Enter. */
export function Word({ label, value, onChange }: WordProps) {
  const take = (text: string) => text.trim() !== value && onChange(text.trim());
  return (
    <label className={styles.choice}>
      {label}
      <input
        key={value}
        type="text"
        autoComplete="off"
        maxLength={64}
        defaultValue={value}
        onBlur={({ target }) => take(target.value)}
        onKeyDown={(event) => event.key === 'Enter' && take(event.currentTarget.value)}
      />
    </label>
  );
}

export function Bar({ children }: { children: ReactNode }) {
  return <div className={styles.bar}>{children}</div>;
}

interface ViewsProps<Key extends string> {
  label: string;
  views: readonly { key: Key; name: string }[];
  value: Key;
  onChange: (key: Key) => void;
}

/** Which of several views is shown. */
export function Views<Key extends string>({ label, views, value, onChange }: ViewsProps<Key>) {
  return (
    <div className={styles.views} role="group" aria-label={label}>
      {views.map(({ key, name }) => (
        <button key={key} type="button" aria-pressed={key === value} onClick={() => onChange(key)}>
          {name}
        </button>
      ))}
    </div>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

/** A state: a sign and a word; the colour only repeats them. */
export function Tag({ tone, sign, children }: { tone: Tone; sign?: string; children: ReactNode }) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {sign && <span aria-hidden="true">{sign} </span>}
      {children}
    </span>
  );
}

/** Label and value, those that there are. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([label, value]) =>
        value === null || value === '' || value === undefined ? null : (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Fragment>
        ),
      )}
    </dl>
  );
}

export interface Line {
  key: string;
  at: string;
  text: string;
  more?: readonly string[];
}

/** What happened, line by line. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <ol className={styles.lines}>
      {lines.map(({ key, at, text, more }) => (
        <li key={key}>
          <span className={styles.when}>{at}</span>
          <div>
            <span>{text}</span>
            {more?.map((one) => (
              <span key={one} className={styles.more}>
                {one}
              </span>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

export function Part({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <div className={styles.partHead}>
        <h3>{title}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}

export function Note({ children }: { children: ReactNode }) {
  return <p className={styles.note}>{children}</p>;
}

/** Somebody else was faster: what they did, so that one can decide whether one's own still makes sense. */
export function Meanwhile({ title, hint, lines }: { title: string; hint: string; lines: readonly Line[] }) {
  return (
    <div className={styles.meanwhile} role="alert">
      <strong>{title}</strong>
      <Lines lines={lines} />
      <span>{hint}</span>
    </div>
  );
}
