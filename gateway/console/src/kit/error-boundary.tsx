import { Component, type ReactNode } from 'react';
import { getLanguage } from '@/i18n/language';
import { translate } from '@/i18n/messages';
import { kitMessages } from './messages';
import styles from './panel.module.css';

interface Props {
  what: string;
  children: ReactNode;
}

/** A fault in a part of the page is shown there; the rest goes on. */
export class ErrorBoundary extends Component<Props, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    const t = (key: 'broken' | 'retry', what = '') => translate(kitMessages, getLanguage(), key, { what });
    return (
      <div className={styles.state} role="alert">
        <p>{t('broken', this.props.what)}</p>
        <p className={styles.detail}>{fault.message}</p>
        <button type="button" className={styles.plainButton} onClick={() => this.setState({ fault: null })}>
          {t('retry')}
        </button>
      </div>
    );
  }
}
