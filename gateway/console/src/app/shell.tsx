import { useIsFetching } from '@tanstack/react-query';
import { Suspense, useEffect } from 'react';
import { Navigate, NavLink, Outlet, useLocation } from 'react-router';
import { useOperator } from '@/api/operator';
import { readsFigures, type Session } from '@/api/session';
import { filterSearch, useFilters, useUrlParam } from '@/filters/filters';
import { useFilterWords } from '@/filters/words';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { ErrorBoundary } from '@/kit/error-boundary';
import { AccountMenu } from './account-menu';
import { Announcer, useNewWarnings } from './announcer';
import { CommandPalette } from './command-palette';
import { DemoBanner } from './demo-banner';
import { FilterBar } from './filter-bar';
import { FirstSteps } from './first-steps-panel';
import { KeyboardHelp } from './keyboard-help';
import { LiveMark } from './live-mark';
import { appMessages } from './messages';
import { LanguageSwitch, ThemeSwitch } from './preferences';
import { type Screen, SCREENS, screensFor } from './screens';
import styles from './shell.module.css';
import { useShortcuts } from './shortcuts';
import { usePreferences } from './use-preferences';

/** What stands around every screen: navigation, filters, live mark, language, theme, commands, help. */
export function Shell({ session }: { session: Session }) {
  const t = useMessages(appMessages);
  const screens = screensFor(session.roles);
  const { pathname } = useLocation();
  const screen = screens.find(({ path }) => path === pathname);
  const shortcuts = useShortcuts(screens);
  usePreferences();
  const title = screen ? t(screen.name) : t('product');
  const [tv] = useUrlParam('tv', '');
  useEffect(() => {
    document.title = t('title', { screen: title });
  });
  return (
    <div className={tv ? `${styles.shell} ${styles.wall}` : styles.shell}>
      <a className={styles.skip} href="#content">
        {t('skip')}
      </a>
      <Navigation screens={screens} session={session} />
      <div className={styles.page}>
        <header className={styles.header}>
          <h1 className={styles.title}>{title}</h1>
          <div className={styles.tools}>
            {readsFigures(session) && <LiveMark />}
            <button type="button" className={styles.quiet} onClick={shortcuts.openPalette}>
              {t('palette')}
            </button>
            <button type="button" className={styles.quiet} aria-label={t('help')} title={t('help')} onClick={shortcuts.openHelp}>
              ?
            </button>
            <LanguageSwitch />
            <ThemeSwitch />
            <AccountMenu session={session} />
          </div>
        </header>
        <DemoBanner />
        {screen?.filters && <FilterBar />}
        {screen && <PrintHead title={title} filters={screen.filters} />}
        <main id="content" className={styles.content} tabIndex={-1}>
          <ErrorBoundary key={pathname} what={title}>
            <Suspense fallback={null}><Content screens={screens} path={pathname} /></Suspense>
          </ErrorBoundary>
        </main>
        <Busy />
        {screens.length > 0 && <Announcer />}
      </div>
      <CommandPalette screens={screens} open={shortcuts.palette} onClose={shortcuts.close} />
      <KeyboardHelp screens={screens} open={shortcuts.help} onClose={shortcuts.close} />
    </div>
  );
}

function Navigation({ screens, session }: { screens: readonly Screen[]; session: Session }) {
  const t = useMessages(appMessages);
  const { filters } = useFilters();
  const search = filterSearch(filters);
  return (
    <nav className={styles.nav} aria-label={t('nav')}>
      <div className={styles.brand}>
        <img src="/icon.svg" alt="" width={28} height={28} />
        <span>{t('product')}</span>
      </div>
      <ul>
        {screens.map(({ path, name }) => (
          <li key={path}>
            <NavLink to={path + search} end>
              {t(name)}
              {path === '/warnings' && <WarningCount />}
            </NavLink>
          </li>
        ))}
      </ul>
      {screens.length > 0 && <FirstSteps session={session} />}
    </nav>
  );
}

function WarningCount() {
  const t = useMessages(appMessages);
  const count = useNewWarnings();
  if (count === 0) return null;
  return (
    <span className={styles.count}>
      <span aria-hidden="true">{count}</span>
      <span className={styles.hiddenText}>{t('warnings.count', { n: count })}</span>
    </span>
  );
}

/** A screen of others is not opened: all that it asked would be refused. Who cannot see the first one begins at the first of their own. */
function Content({ screens, path }: { screens: readonly Screen[]; path: string }) {
  const t = useMessages(appMessages);
  const first = screens[0];
  const others = SCREENS.find((screen) => screen.path === path && !screens.includes(screen));
  if (!first) return <Nothing />;
  if (!others) return <Outlet />;
  if (path === '/') return <Navigate to={first.path} replace />;
  return (
    <div className={styles.alone}>
      <h2>{t('not-yours')}</h2>
      <p>{t('not-yours.more', { screen: t(others.name) })}</p>
    </div>
  );
}

function Nothing() {
  const t = useMessages(appMessages);
  return (
    <div className={styles.alone}>
      <h2>{t('nothing')}</h2>
      <p>{t('nothing.more')}</p>
    </div>
  );
}

/** On paper: what this is, of which period and filters, and as of when. [E4] */
function PrintHead({ title, filters }: { title: string; filters: boolean }) {
  const t = useMessages(appMessages);
  const format = useFormatter();
  const words = useFilterWords();
  const operator = useOperator();
  return (
    <div className={styles.printHead}>
      <h1>{title}</h1>
      {filters && operator && (
        <p>
          {t('printed', {
            period: words.period,
            filters: words.filters,
            zone: operator.timeZone,
            asOf: format.instant(operator.asOf, operator.timeZone),
          })}
        </p>
      )}
    </div>
  );
}

/** Tests and printing wait for this to say that nothing is on its way. */
function Busy() {
  const fetching = useIsFetching();
  return <span hidden data-fetching={fetching} />;
}
