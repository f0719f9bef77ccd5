import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useMessages } from '@/i18n/messages';
import { messages } from './messages';
import styles from './targets.module.css';
import { useTargetWords } from './words';

interface Props {
  /** There are some, but not of the chosen indicator. */
  filtered: boolean;
  indicator: string;
  onClear: () => void;
  /** What this is and how to begin, where there are none at all. */
  first: ReactNode;
}

/** Nothing to show: because of the chosen indicator, or because there has never been anything. [L2] */
export function NoTargets({ filtered, indicator, onClear, first }: Props) {
  const t = useMessages(messages);
  const words = useTargetWords();
  if (!filtered || !indicator) return <div className={styles.nothing}>{first}</div>;
  return (
    <div className={styles.nothing}>
      <p>{t('filtered', { indicator: words.indicator(indicator) })}</p>
      <Button onClick={onClear}>{t('filtered.clear')}</Button>
    </div>
  );
}
