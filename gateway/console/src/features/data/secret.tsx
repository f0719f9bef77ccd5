import { Button } from 'antd';
import { useState } from 'react';
import type { ShownKey } from '@/api/keys';
import { useMessages } from '@/i18n/messages';
import styles from './data.module.css';
import { messages } from './messages';

/** A key with its secret: the only time it is seen. */
export function Secret({ shown, onClose }: { shown: ShownKey; onClose: () => void }) {
  const t = useMessages(messages);
  const [copied, setCopied] = useState(false);
  // The clipboard is there on https and on this machine alone; elsewhere the text can be selected.
  const copy = () => navigator.clipboard?.writeText(shown.key).then(() => setCopied(true));
  return (
    <div className={styles.dialogParts}>
      <p className={styles.warning}>{t('key.shown.note')}</p>
      <div className={styles.secret}>
        <code>{shown.key}</code>
        <Button onClick={() => void copy()}>{copied ? t('key.copied') : t('key.copy')}</Button>
      </div>
      <div className={styles.buttonsWrap}>
        <Button type="primary" onClick={onClose}>
          {t('key.saved')}
        </Button>
      </div>
    </div>
  );
}
