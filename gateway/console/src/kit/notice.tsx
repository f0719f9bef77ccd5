import { Button } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useMessages } from '@/i18n/messages';
import { kitMessages } from './messages';
import styles from './notice.module.css';

export interface NoticeText {
  text: string;
  /** Takes it back, while the notice is there. */
  undo?: () => void;
}

/** So long what was done can be undone with one press. [L6] */
const SHOWN = 10_000;

/** What has just been done, said once at the bottom of the screen, with a way back. */
export function useNotice(): [NoticeText | null, (notice: NoticeText | null) => void] {
  const [notice, setNotice] = useState<NoticeText | null>(null);
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(() => setNotice(null), SHOWN);
    return () => clearTimeout(timer);
  }, [notice]);
  return [notice, useCallback((next) => setNotice(next), [])];
}

export function Notice({ notice, onClose }: { notice: NoticeText | null; onClose: () => void }) {
  const t = useMessages(kitMessages);
  return (
    <div className={styles.region} role="status">
      {notice && (
        <div className={styles.notice}>
          <span>{notice.text}</span>
          {notice.undo && (
            <Button
              size="small"
              onClick={() => {
                notice.undo?.();
                onClose();
              }}
            >
              {t('undo')}
            </Button>
          )}
          <button type="button" className={styles.close} aria-label={t('close')} onClick={onClose}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
