import { type ComponentType, lazy, Suspense } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type Role, useSession } from '@/api/session';
import { useMessages } from '@/i18n/messages';
import type { AppKey } from './screens';
import { appMessages } from './messages';
import styles from './service.module.css';

interface Tab {
  key: string;
  name: AppKey;
  roles: readonly Role[];
  load: () => Promise<{ Content: ComponentType }>;
}

/** What stands behind `/service`, in the order of its tabs. */
export const TABS: readonly Tab[] = [
  { key: 'wall', name: 'tab.wall', roles: ['supervisor', 'manager', 'admin'], load: () => import('@/features/wall/panel') },
];

const PANELS = TABS.map(({ key, name, roles, load }) => ({ key, name, roles, Content: lazy(async () => ({ default: (await load()).Content })) }));

/** Everything about serving customers that is not the desk itself. */
export function Screen() {
  const t = useMessages(appMessages);
  const roles = useSession()?.roles ?? [];
  const [search] = useSearchParams();
  const offered = PANELS.filter((tab) => tab.roles.some((role) => roles.includes(role)));
  const tab = offered.find(({ key }) => key === search.get('t')) ?? offered[0];
  if (!tab) return null;
  return (
    <div className={styles.screen}>
      <nav className={styles.tabs} aria-label={t('service.parts')}>
        {offered.map(({ key, name }) => (
          <Link key={key} to={key === offered[0]!.key ? '?' : `?t=${key}`} aria-current={key === tab.key ? 'page' : undefined}>
            {t(name)}
          </Link>
        ))}
      </nav>
      <Suspense key={tab.key} fallback={null}>
        <tab.Content />
      </Suspense>
    </div>
  );
}
