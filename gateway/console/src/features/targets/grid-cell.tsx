import { type KeyboardEvent, useRef } from 'react';
import type { Target } from '@/api/targets';
import type { Unit } from '@/format/format';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { messages } from './messages';
import { typedTarget } from './parse';
import styles from './targets.module.css';
import type { Draft } from './use-target-edits';

interface Props {
  label: string;
  unit: Unit;
  target: Target | undefined;
  draft: Draft | undefined;
  place: string;
  focused: boolean;
  current: boolean;
  /** Null: not being edited; else what was typed to begin with, empty to begin with what is there. */
  editing: string | null;
  onFocus: () => void;
  onEdit: () => void;
  /** With what was typed, or null for nothing; and where to go then, or null where the focus has gone already. */
  onEnd: (text: string | null, move: [number, number] | null) => void;
  onDrop: () => void;
}

export function GridCell({ label, unit, target, draft, place, focused, current, editing, onFocus, onEdit, onEnd, onDrop }: Props) {
  const t = useMessages(messages);
  const format = useFormatter();
  const exact = target ? format.exact(unit, target.value) : null;
  const shown = draft ? draft.text : target ? format.value(unit, target.value) : '';
  const className = [styles.cell, current && styles.current, draft && styles[draft.state]].filter(Boolean).join(' ');
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && draft?.state === 'refused') onDrop();
  };
  return (
    <td
      className={className}
      data-place={place}
      tabIndex={focused ? 0 : -1}
      aria-label={shown ? t('cell.label.value', { label, value: shown }) : label}
      aria-description={draft ? draft.why : (exact ?? t('cell.none'))}
      aria-busy={draft?.state === 'saving' || undefined}
      aria-invalid={draft?.state === 'refused' || undefined}
      onFocus={onFocus}
      onClick={focused ? onEdit : undefined}
      onKeyDown={keys}
      title={exact ?? undefined}
    >
      {editing !== null ? (
        <Editor
          label={label}
          begin={editing || (draft?.text ?? typedTarget(target?.value ?? null, unit))}
          saved={editing === '' && draft === undefined}
          select={editing === ''}
          onEnd={onEnd}
        />
      ) : draft ? (
        <span>
          {draft.text || '–'}
          {draft.state === 'saving' && <span className={styles.srOnly}>{t('cell.saving')}</span>}
        </span>
      ) : target ? (
        format.value(unit, target.value)
      ) : (
        <span aria-hidden="true" className={styles.none}>
          –
        </span>
      )}
    </td>
  );
}

interface EditorProps {
  label: string;
  begin: string;
  /** What it begins with is what is saved: left as it is, there is nothing to do. */
  saved: boolean;
  select: boolean;
  onEnd: Props['onEnd'];
}

function Editor({ label, begin, saved, select, onEnd }: EditorProps) {
  const ended = useRef(false);
  const finish = (text: string | null, move: [number, number] | null) => {
    if (ended.current) return;
    ended.current = true;
    onEnd(text, move);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const typed = changed(event.currentTarget.value);
    if (event.key === 'Enter') finish(typed, [event.shiftKey ? -1 : 1, 0]);
    else if (event.key === 'Tab') finish(typed, [0, event.shiftKey ? -1 : 1]);
    else if (event.key === 'Escape') finish(null, [0, 0]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const changed = (text: string) => (text === begin && saved ? null : text);
  return (
    <input
      className={styles.editor}
      aria-label={label}
      defaultValue={begin}
      inputMode="decimal"
      autoComplete="off"
      // It takes the place of the cell that had the focus.
      ref={(input) => {
        if (!input || document.activeElement === input) return;
        input.focus();
        if (select) input.select();
      }}
      onKeyDown={onKeyDown}
      // Leaving overwrites nothing: only Enter sends again what was refused.
      onBlur={({ currentTarget: { value } }) => finish(select && value === begin ? null : value, null)}
    />
  );
}
