import { useEffect, useState } from 'react';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import styles from './kit.module.css';
import { kitMessages } from './messages';

const MINUTE = 60_000;
/** Counting takes seconds; what is older than this is late. */
const LAG = 10;

/** As of when a number is; when that is too long ago it says by how much, with a mark that is no colour. [N2] */
export function Freshness({ asOf, timeZone }: { asOf: string; timeZone: string }) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  const age = Math.floor((useNow() - Date.parse(asOf)) / MINUTE);
  return (
    <>
      <span>{t('asOf', { time: format.instant(asOf, timeZone, false) })}</span>
      {age > LAG && <span className={styles.delayed}>⏱ {t('delayed', { n: age })}</span>}
    </>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE / 2);
    return () => clearInterval(timer);
  }, []);
  return now;
}
