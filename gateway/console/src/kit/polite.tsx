import { useEffect, useRef, useState } from 'react';
import styles from './kit.module.css';

/** Between two announcements, so that a burst is one sentence. [A5] */
const EVERY = 5_000;

/** Tells screen readers, politely, when there are more than before. @param say - gets how many more. */
export function Polite({ count, say }: { count: number; say: (more: number) => string }) {
  const known = useRef(count);
  const last = useRef(0);
  const [said, setSaid] = useState('');
  const latest = useRef(say);
  useEffect(() => {
    latest.current = say;
  });
  useEffect(() => {
    const more = count - known.current;
    if (more <= 0) {
      known.current = count;
      return undefined;
    }
    const timer = setTimeout(() => {
      known.current = count;
      last.current = Date.now();
      setSaid(latest.current(more));
    }, Math.max(0, last.current + EVERY - Date.now()));
    return () => clearTimeout(timer);
  }, [count]);
  return (
    <span className={styles.srOnly} role="status">
      {said}
    </span>
  );
}
