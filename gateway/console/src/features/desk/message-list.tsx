import { memo } from 'react';
import type { Message } from '@/api/conversations';
import { useZone } from '@/api/operator';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Composer, Outgoing } from './composer';
import styles from './desk.module.css';
import { messages } from './messages';
import { OutgoingMessage } from './outgoing-message';
import { linesOf, unseen } from './thread-lines';
import type { ThreadView } from './use-seen';

interface Props extends ThreadView {
  messages: readonly Message[];
  outgoing: readonly Outgoing[];
  me: string;
  composer: Composer;
}

/** All that was said, day by day, and below what did not arrive. */
export function MessageList({ messages: said, outgoing, me, composer, box, seen, onScroll, toEnd }: Props) {
  const t = useMessages(messages);
  const below = unseen(said, seen, me).length;
  return (
    <div className={styles.scrolling}>
      {/* A region that scrolls has to be reachable by keyboard: */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={box} className={styles.messages} tabIndex={0} role="region" aria-label={t('thread')} onScroll={onScroll}>
        <div className={styles.said}>
          {said.length === 0 && outgoing.length === 0 && <p className={styles.none}>{t('empty')}</p>}
          <Said said={said} />
          {outgoing.map((one) => (
            <OutgoingMessage key={one.clientId} one={one} composer={composer} />
          ))}
        </div>
      </div>
      {below > 0 && (
        <button type="button" className={styles.below} onClick={toEnd}>
          {t('new.below', { n: below })}
        </button>
      )}
    </div>
  );
}

/** Drawn anew when something was said, and not with every key that is typed. [D11] */
const Said = memo(function Said({ said }: { said: readonly Message[] }) {
  const zone = useZone();
  const format = useFormatter();
  return (
    <ol className={styles.said}>
      {linesOf(said, zone).map((line) =>
        line.kind === 'day' ? (
          <li key={line.day} className={styles.day}>
            <span>{format.at(line.day)}</span>
          </li>
        ) : (
          <Bubble key={line.message.seq} message={line.message} time={format.instant(line.message.at, zone, false)} />
        ),
      )}
    </ol>
  );
});

function Bubble({ message: { seq, side, kind, author, text, at }, time }: { message: Message; time: string }) {
  const t = useMessages(messages);
  const by = kind === 'note' ? t('by.note', { name: author }) : side === 'customer' ? t('by.customer') : t('by.agent', { name: author });
  return (
    <li className={styles.bubble} data-kind={kind} data-side={side} data-seq={seq}>
      <span className={styles.by}>
        <strong>{by}</strong> <time dateTime={at}>{time}</time>
      </span>
      <p className={text === null ? styles.erased : undefined}>{text ?? t('erased')}</p>
    </li>
  );
}
