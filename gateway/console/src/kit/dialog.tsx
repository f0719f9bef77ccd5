import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useMessages } from '@/i18n/messages';
import styles from './dialog.module.css';
import { kitMessages } from './messages';

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  width?: number;
}

/** Who opens a dialog with something to fill in, or to choose from, begins there, and not at the button that closes it. */
const FIELDS = '[data-first], input:not(:disabled, [type=hidden]), select:not(:disabled), textarea:not(:disabled)';

/** The browser's own modal dialog: it keeps the focus inside, gives it back afterwards, and closes with Escape. */
export function Dialog({ title, open, onClose, children, width = 520 }: Props) {
  const t = useMessages(kitMessages);
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.open) {
      element.showModal();
      element.querySelector<HTMLElement>(FIELDS)?.focus();
    }
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    <dialog ref={dialog} className={styles.dialog} style={{ width: `min(${width}px, 94vw)` }} aria-labelledby={id} onClose={onClose}>
      {open && (
        <>
          <header className={styles.head}>
            <h2 id={id}>{title}</h2>
            <button type="button" className={styles.close} aria-label={t('close')} onClick={onClose}>
              ×
            </button>
          </header>
          {children}
        </>
      )}
    </dialog>
  );
}
