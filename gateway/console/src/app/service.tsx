import { type ComponentType, lazy, Suspense } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type Role, useSession } from '@/api/session';
import { useMessages } from '@/i18n/messages';
import { ErrorBoundary } from '@/kit/error-boundary';
import { PanelLoading } from '@/kit/panel-states';
import type { AppKey } from './screens';
import { appMessages } from './messages';
import styles from './service.module.css';

interface Tab {
  key: string;
  name: AppKey;
  roles: readonly Role[];
  load: () => Promise<{ Panel: ComponentType }>;
}

const SERVERS: readonly Role[] = ['agent', 'supervisor', 'manager', 'admin'];

/** What stands behind `/service`, in the order of its tabs. */
export const TABS: readonly Tab[] = [
  { key: 'wall', name: 'tab.wall', roles: ['supervisor', 'manager', 'admin'], load: () => import('@/features/wall/panel') },
  { key: 'tickets', name: 'tab.tickets', roles: SERVERS, load: () => import('@/features/tickets/panel') },
  { key: 'knowledge', name: 'tab.knowledge', roles: SERVERS, load: () => import('@/features/knowledge/panel') },
  { key: 'archive', name: 'tab.archive', roles: SERVERS, load: () => import('@/features/archive/panel') },
  { key: 'customers', name: 'tab.customers', roles: SERVERS, load: () => import('@/features/customers/panel') },
];

const PANELS = TABS.map(({ key, name, roles, load }) => ({ key, name, roles, Panel: lazy(async () => ({ default: (await load()).Panel })) }));

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
      <ErrorBoundary key={tab.key} what={t(tab.name)}>
        <Suspense fallback={<PanelLoading what={t(tab.name)} height={320} />}>
          <tab.Panel />
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}
