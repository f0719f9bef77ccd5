import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Conversation, Kind } from '@/api/conversations';
import { articlesAboutQuery, readArticle } from '@/api/served-customer';
import { useMessages } from '@/i18n/messages';
import styles from './desk.module.css';
import { plain, type Trigger } from './expand';
import { messages } from './messages';
import { phrasesFor } from './phrases';

/** What may stand in a trigger's place. */
export interface Choice {
  key: string;
  title: string;
  detail: string;
  text: () => Promise<string>;
  /** Its id, where it is one. */
  article?: string;
}

export interface Choices {
  items: readonly Choice[];
  searching: boolean;
}

const SHOWN = 6;
/** Who types on is asked for later. */
const PAUSE = 250;

/** Phrases at once, articles when somebody stops typing. What is for agents alone is never offered for an answer. */
export function useChoices(trigger: Trigger | null, language: Conversation['language'], kind: Kind): Choices {
  const asked = usePaused(trigger?.kind === 'article' ? trigger.query : '');
  const { data, isFetching } = useQuery(articlesAboutQuery(asked, language, kind === 'text' ? 'customer' : undefined, SHOWN));
  if (trigger?.kind === 'phrase') {
    const items = phrasesFor(trigger.query, language).slice(0, SHOWN).map(({ word, text }) => ({
      key: word,
      title: `::${word}`,
      detail: text[language],
      text: () => Promise.resolve(text[language]),
    }));
    return { items, searching: false };
  }
  if (!trigger || trigger.query === '' || asked !== trigger.query) return { items: [], searching: trigger?.query !== '' };
  const items = (data ?? []).map(({ id, title, snippet }) => ({ key: id, title, detail: snippet, text: async () => plain(await readArticle(id)), article: id }));
  return { items, searching: isFetching };
}

interface Props {
  id: string;
  trigger: Trigger;
  choices: Choices;
  at: number;
  onChoose: (choice: Choice) => void;
}

export function Suggestions({ id, trigger, choices: { items, searching }, at, onChoose }: Props) {
  const t = useMessages(messages);
  const name = trigger.kind === 'phrase' ? t('phrases') : t('articles');
  return (
    <div className={styles.suggestions}>
      <div id={`${id}-list`} role="listbox" aria-label={name}>
        {items.map((choice, i) => (
          // The keyboard is with the text, as an autocomplete wants it; and the text keeps the focus.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={choice.key}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(choice)}
          >
            <strong>{choice.title}</strong> <span>{choice.detail}</span>
          </div>
        ))}
      </div>
      {items.length === 0 && (
        <p className={styles.quiet} role="status">
          {trigger.kind === 'article' && trigger.query === '' ? t('articles.type') : searching ? t('articles.searching') : t('articles.none')}
        </p>
      )}
    </div>
  );
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), text === '' ? 0 : PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
