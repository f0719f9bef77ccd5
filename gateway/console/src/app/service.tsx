import { type ComponentType, lazy, Suspense } from 'react';
import { Link } from 'react-router';
import { type Role, useSession } from '@/api/session';
import { filterSearch, useFilters, useUrlParam } from '@/filters/filters';
import { useMessages } from '@/i18n/messages';
import { ErrorBoundary } from '@/kit/error-boundary';
import { PanelLoading } from '@/kit/panel-states';
import { type AppKey, appMessages } from './messages';
import styles from './service.module.css';

export interface Tab {
  key: string;
  name: AppKey;
  roles: readonly Role[];
  load: () => Promise<{ Panel: ComponentType }>;
}

const SERVERS: readonly Role[] = ['agent', 'supervisor', 'manager', 'admin'];

/** What serving customers is made of. A new part is a line here and a folder in features. */
export const TABS: readonly Tab[] = [
  { key: 'tickets', name: 'tab.tickets', roles: SERVERS, load: () => import('@/features/tickets/panel') },
  { key: 'knowledge', name: 'tab.knowledge', roles: SERVERS, load: () => import('@/features/knowledge/panel') },
  { key: 'customers', name: 'tab.customers', roles: SERVERS, load: () => import('@/features/customers/panel') },
];

const PARTS = TABS.map((tab) => ({ tab, Panel: lazy(() => tab.load().then(({ Panel }) => ({ default: Panel }))) }));

/** Tickets, knowledge, customers: one at a time, by `t` in the address. */
export function Screen() {
  const t = useMessages(appMessages);
  const roles = useSession()?.roles ?? [];
  const { filters } = useFilters();
  const [chosen] = useUrlParam('t', '');
  const offered = PARTS.filter(({ tab }) => tab.roles.some((role) => roles.includes(role)));
  const part = offered.find(({ tab }) => tab.key === chosen) ?? offered[0];
  if (!part) return null;
  // Filters of other screens are kept, what belongs to another tab is not.
  const to = (key: string) => `?${new URLSearchParams([...new URLSearchParams(filterSearch(filters)), ['t', key]])}`;
  return (
    <div className={styles.screen}>
      <nav className={styles.tabs} aria-label={t('tabs')}>
        {offered.map(({ tab: { key, name } }) => (
          <Link key={key} to={to(key)} aria-current={key === part.tab.key ? 'page' : undefined}>
            {t(name)}
          </Link>
        ))}
      </nav>
      <ErrorBoundary key={part.tab.key} what={t(part.tab.name)}>
        <Suspense fallback={<PanelLoading what={t(part.tab.name)} height={320} />}>
          <part.Panel />
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}
