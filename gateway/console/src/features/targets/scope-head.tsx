import type { ReactNode } from 'react';
import { useMessages } from '@/i18n/messages';
import { messages } from './messages';
import styles from './targets.module.css';
import type { Scope } from './tree';
import type { Folding } from './use-folding';
import { useTargetWords } from './words';

interface Props {
  scope: Scope;
  /** Whether anything lies below it. */
  folds: boolean;
  folding: Folding;
  children?: ReactNode;
}

/** The name of a scope, with the button that opens and closes what lies below it. */
export function ScopeHead({ scope, folds, folding, children }: Props) {
  const t = useMessages(messages);
  const words = useTargetWords();
  const place = scope.channel && scope.region ? { channel: scope.channel, region: null } : scope;
  const name = words.scope(place);
  const open = !folding.closed.has(scope.key);
  return (
    <span className={styles.scopeHead}>
      {folds ? (
        <button
          type="button"
          className={styles.fold}
          aria-expanded={open}
          aria-label={t(open ? 'close' : 'open', { scope: words.scope(scope) })}
          onClick={() => folding.toggle(scope.key)}
        >
          <span aria-hidden="true">{open ? '▾' : '▸'}</span>
        </button>
      ) : (
        <span className={styles.fold} />
      )}
      <strong>{name}</strong>
      {children && <span className={styles.small}>{children}</span>}
    </span>
  );
}
