import type { ComponentType } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type Role, useSession } from '@/api/session';
import { useUrlParam } from '@/filters/filters';
import { useMessages } from '@/i18n/messages';
import { Notice, type NoticeText, useNotice } from '@/kit/notice';
import { CataloguePart } from './catalogue';
import styles from './data.module.css';
import { DeadLetters } from './dead-letters';
import { Definitions } from './definitions';
import { Freshness } from './freshness';
import { Imports } from './imports';
import { Keys } from './keys';
import { messages } from './messages';
import { UnknownCodes } from './unknown';

export interface PartProps {
  notify: (notice: NoticeText | null) => void;
}

interface Part {
  id: 'freshness' | 'indicators' | 'catalogue' | 'unknown' | 'imports' | 'letters' | 'keys';
  /** Who is offered it; what a link leads to says by itself who may see it. */
  roles: readonly Role[] | null;
  Content: ComponentType<PartProps>;
}

const PARTS: readonly Part[] = [
  { id: 'freshness', roles: null, Content: Freshness },
  { id: 'indicators', roles: null, Content: Definitions },
  { id: 'catalogue', roles: null, Content: CataloguePart },
  { id: 'unknown', roles: null, Content: UnknownCodes },
  { id: 'imports', roles: ['manager', 'admin'], Content: Imports },
  { id: 'letters', roles: ['sre', 'admin'], Content: DeadLetters },
  { id: 'keys', roles: ['admin'], Content: Keys },
];

/** What the figures are made of: how fresh, by which definitions, from which files, and what went wrong on the way. */
export function Screen() {
  const t = useMessages(messages);
  const [id] = useUrlParam('t', 'freshness');
  const [search] = useSearchParams();
  const roles = useSession()?.roles ?? [];
  const [notice, notify] = useNotice();
  const part = PARTS.find((one) => one.id === id) ?? PARTS[0]!;
  const offered = PARTS.filter((one) => one === part || one.roles === null || one.roles.some((role) => roles.includes(role)));
  // Filters of other screens are kept, what belongs to another part is not.
  const kept = [...search].filter(([key]) => !OWN.has(key));
  const to = (next: Part) => `?${new URLSearchParams(next === PARTS[0] ? kept : [...kept, ['t', next.id]])}`;
  return (
    <div className={styles.screen}>
      <nav className={styles.tabs} aria-label={t('parts')}>
        {offered.map((one) => (
          <Link key={one.id} to={to(one)} aria-current={one === part ? 'page' : undefined}>
            {t(`part.${one.id}`)}
          </Link>
        ))}
      </nav>
      <part.Content notify={notify} />
      <Notice notice={notice} onClose={() => notify(null)} />
    </div>
  );
}

const OWN = new Set(['t', 'i', 'k', 'on', 's']);
