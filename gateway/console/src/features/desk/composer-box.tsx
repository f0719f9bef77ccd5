import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Conversation, Kind } from '@/api/conversations';
import { countInserted } from '@/api/served-customer';
import { useMessages } from '@/i18n/messages';
import { type Composer, type ComposerState, LONGEST } from './composer';
import styles from './desk.module.css';
import { replaced, type Trigger, triggerAt } from './expand';
import type { Handles } from './handles';
import { messages } from './messages';
import { type Choice, Suggestions, useChoices } from './suggestions';

interface Props {
  conversation: Conversation;
  me: string;
  composer: Composer;
  state: ComposerState;
  /** How many messages the refused answer was not given to; null where none was refused. */
  stale: number | null;
  handles: Handles;
  typing: () => void;
  onSend: (resolving: boolean) => void;
}

/** From here on it is said how long a text is. */
const NEARLY = 3_500;

/** What one is about to say, and to whom: an answer and a note differ in colour, border, label and button. [D6] */
export function ComposerBox({ conversation, me, composer, state, stale, handles, typing, onSend }: Props) {
  const t = useMessages(messages);
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const choices = useChoices(trigger, conversation.language, state.kind);
  const [at, setAt] = useState(0);
  const { text, kind } = state;

  const put = (next: { text: string; caret: number }) => {
    caret.current = next.caret;
    setTrigger(null);
    composer.type(next.text);
    field.current?.focus();
  };
  const choose = async (choice: Choice | undefined) => {
    if (!choice || !trigger) return;
    const said = await choice.text();
    const now = composer.getState().text;
    put(now === text ? replaced(now, trigger, said) : replaced(now, { from: now.length, to: now.length }, said));
    if (choice.article) countInserted(choice.article, conversation.id);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      setTrigger(null);
      if (text.length <= LONGEST) onSend(event.shiftKey);
    } else if (trigger && event.key === 'Escape') {
      setTrigger(null);
    } else if (event.key === 'Escape') {
      field.current?.blur();
    } else if (trigger && choices.items.length > 0 && ['ArrowDown', 'ArrowUp', 'Enter', 'Tab'].includes(event.key)) {
      event.preventDefault();
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) setAt((at + step + choices.items.length) % choices.items.length);
      else void choose(choices.items[at]);
    }
  };
  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  useEffect(() => {
    const begin = (next: Kind) => () => {
      composer.setKind(next);
      field.current?.focus();
    };
    const insert = (said: string) => {
      const now = composer.getState().text;
      composer.type(now === '' ? said : `${now}\n${said}`);
      field.current?.focus();
    };
    return handles.put({ reply: begin('text'), note: begin('note'), insert });
  }, [handles, composer]);

  const block = kind === 'text' ? blockOf(conversation, me) : null;
  return (
    <div className={styles.composer} data-kind={kind}>
      {stale !== null && (
        <p className={styles.stale} role="alert">
          {stale > 0 ? t('stale', { n: stale }) : t('stale.any')}
        </p>
      )}
      {block && <p className={styles.blocked}>{t(block, { agent: conversation.agent ?? '' })}</p>}
      <div className={styles.kinds} role="group" aria-label={t('kind.label')}>
        {(['text', 'note'] as const).map((one) => (
          <button key={one} type="button" className={styles.choice} data-kind={one} aria-pressed={kind === one} onClick={() => composer.setKind(one)}>
            {one === 'note' ? t('note') : t('reply')}
          </button>
        ))}
        <label htmlFor={id} className={styles.kindLabel}>
          {kind === 'note' ? t('note.label') : t('reply.label')}
        </label>
      </div>
      <textarea
        ref={field}
        id={id}
        className={styles.field}
        rows={3}
        value={text}
        placeholder={kind === 'note' ? t('note.hint') : t('reply.hint')}
        aria-autocomplete="list"
        aria-controls={trigger ? `${id}-list` : undefined}
        aria-activedescendant={trigger && choices.items[at] ? `${id}-${at}` : undefined}
        onChange={({ target }) => {
          composer.type(target.value);
          setTrigger(triggerAt(target.value, target.selectionStart));
          setAt(0);
          typing();
        }}
        onKeyDown={pressed}
        onBlur={() => setTrigger(null)}
      />
      {trigger && <Suggestions {...{ id, trigger, choices, at }} onChoose={(choice) => void choose(choice)} />}
      <div className={styles.buttons}>
        <span className={styles.quiet} data-saved={state.saved} role="status">
          {text.length > NEARLY ? t('text.long', { count: text.length, most: LONGEST }) : text !== '' || state.saved !== 'saved' ? t(`draft.${state.saved}`) : ''}
        </span>
        {kind === 'text' && (
          <button type="button" className={styles.plainButton} disabled={!sendable(text)} onClick={() => onSend(true)}>
            {t('send.resolve')}
          </button>
        )}
        <button type="button" className={styles.send} data-kind={kind} disabled={!sendable(text)} onClick={() => onSend(false)}>
          {kind === 'note' ? t('note.send') : t('reply.send')}
        </button>
      </div>
    </div>
  );
}

function sendable(text: string): boolean {
  return text.trim() !== '' && text.length <= LONGEST;
}

/** Why an answer will be refused as things are; the server has the last word. */
function blockOf({ state, agent }: Conversation, me: string): 'not-yours.waiting' | 'not-yours.other' | 'not-yours.closed' | null {
  if (state === 'closed') return 'not-yours.closed';
  if (state === 'waiting') return 'not-yours.waiting';
  return agent === me ? null : 'not-yours.other';
}
