import { useQuery } from '@tanstack/react-query';
import type { Conversation } from '@/api/conversations';
import { articlesAboutQuery, countInserted, readArticle } from '@/api/served-customer';
import { useMessages } from '@/i18n/messages';
import { Panel } from '@/kit/panel';
import styles from './desk.module.css';
import { plain } from './expand';
import type { Handles } from './handles';
import { messages } from './messages';

const SHOWN = 3;

interface Props {
  /** What the customer said last. */
  asked: string;
  conversation: Conversation;
  handles: Handles;
}

/** Articles about what the customer said; what is for agents alone is shown, and not put into an answer. */
export function ArticlesPanel({ asked, conversation, handles }: Props) {
  const t = useMessages(messages);
  const query = useQuery(articlesAboutQuery(asked, conversation.language, undefined, SHOWN));
  if (asked.trim() === '') return null;
  const insert = async (id: string) => {
    handles.now.insert?.(plain(await readArticle(id)));
    countInserted(id, conversation.id);
  };
  return (
    <Panel title={t('suggested')} query={query} height={34}>
      {(hits) =>
        hits.length === 0 ? (
          <p className={styles.none}>{t('suggested.none')}</p>
        ) : (
          <ul className={styles.lines}>
            {hits.map(({ id, title, snippet, audience }) => (
              <li key={id}>
                <strong>{title}</strong>
                <span className={styles.quiet}>{snippet}</span>
                {audience === 'customer' ? (
                  <button type="button" className={styles.small} aria-label={t('insert.title', { title })} onClick={() => void insert(id)}>
                    {t('insert')}
                  </button>
                ) : (
                  <span className={styles.tag}>{t('internal')}</span>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Panel>
  );
}
