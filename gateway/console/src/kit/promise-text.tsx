import type { Conversation } from '@/api/conversations';
import { useMessages } from '@/i18n/messages';
import { countdown, promiseOf } from '@/lib/first-reply';
import styles from './kit.module.css';
import { kitMessages } from './messages';
import { useNow } from './use-now';

/** How the promise of a first reply stands, in words, by the second while it is open. [D7] */
export function PromiseText({ one }: { one: Conversation }) {
  const open = one.firstReplyAt === null && one.state !== 'closed' && one.firstReplyDue !== null;
  return open ? <Ticking one={one} /> : <Standing one={one} now={0} />;
}

function Ticking({ one }: { one: Conversation }) {
  return <Standing one={one} now={useNow(1_000)} />;
}

function Standing({ one, now }: { one: Conversation; now: number }) {
  const t = useMessages(kitMessages);
  const { state, left } = promiseOf(one, now);
  if (state === 'none') return null;
  return (
    <span className={styles.promise} data-promise={state}>
      {t(`promise.${state}`, { time: countdown(left) })}
    </span>
  );
}
