import { useUrlParam } from '@/filters/filters';
import { useMessages } from '@/i18n/messages';
import { messages } from './messages';
import { Queue } from './queue-view';
import { Rules } from './rules';
import styles from './warnings.module.css';

const VIEWS = ['queue', 'rules'] as const;

/** What needs attention, why, and what is done about it; and the rules that find it. [W1] to [W5] */
export function Screen() {
  const t = useMessages(messages);
  const [view, setView] = useUrlParam('v', 'queue');
  return (
    <div className={styles.screen}>
      <div className={styles.views} role="group" aria-label={t('views')}>
        {VIEWS.map((one) => (
          <button key={one} type="button" className={styles.view} aria-pressed={view === one} onClick={() => setView(one)}>
            {t(`view.${one}`)}
          </button>
        ))}
      </div>
      {view === 'rules' ? <Rules /> : <Queue />}
    </div>
  );
}
