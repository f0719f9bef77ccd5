import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useReadsFigures } from '@/api/session';
import { openWarningsQuery } from '@/api/warnings';
import { useMessages } from '@/i18n/messages';
import { appMessages } from './messages';
import styles from './shell.module.css';

/** Between two announcements, so that a burst is one sentence. [A5] */
const EVERY = 5_000;

/** How many warnings wait for somebody. */
export function useNewWarnings(): number {
  const { data } = useQuery({ ...openWarningsQuery, enabled: useReadsFigures() });
  return data?.filter(({ state }) => state === 'new').length ?? 0;
}

/** Tells screen readers, politely, when there are more warnings than before. */
export function Announcer() {
  const t = useMessages(appMessages);
  const count = useNewWarnings();
  const known = useRef(count);
  const last = useRef(0);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const more = count - known.current;
    if (more <= 0) {
      known.current = count;
      return;
    }
    const timer = setTimeout(() => {
      known.current = count;
      last.current = Date.now();
      setSaid(t('warnings.new', { n: more }));
    }, Math.max(0, last.current + EVERY - Date.now()));
    return () => clearTimeout(timer);
  }, [count, t]);
  return (
    <span className={styles.hiddenText} role="status">
      {said}
    </span>
  );
}
