import { useState } from 'react';
import { useMessages } from '@/i18n/messages';
import type { Composer, Outgoing } from './composer';
import styles from './desk.module.css';
import { messages } from './messages';

/** What is on its way, or did not arrive: marked, in its place, to be sent again, copied or changed. [D5] */
export function OutgoingMessage({ one, composer }: { one: Outgoing; composer: Composer }) {
  const t = useMessages(messages);
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard?.writeText(one.text).then(() => setCopied(true));
  const why = one.refusal ? t(`failed.${one.refusal}`) : one.reason === 'offline' ? t('failed.offline') : t('failed', { reason: one.reason });
  return (
    <div className={styles.bubble} data-kind={one.kind} data-side="agent" data-outgoing={one.state}>
      <span className={styles.by}>
        <strong>{one.kind === 'note' ? t('note') : t('reply')}</strong> {one.state === 'sending' && t('sending')}
      </span>
      <p>{one.text}</p>
      {one.state === 'failed' && (
        <div className={styles.failed} role="alert">
          <span>{why}</span>
          <button type="button" className={styles.small} onClick={() => void composer.retry(one.clientId)}>
            {t('retry')}
          </button>
          <button type="button" className={styles.small} onClick={() => composer.takeBack(one.clientId)}>
            {t('edit')}
          </button>
          <button type="button" className={styles.small} onClick={copy}>
            {copied ? t('copied') : t('copy')}
          </button>
        </div>
      )}
    </div>
  );
}
