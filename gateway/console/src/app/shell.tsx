import { useIsFetching } from '@tanstack/react-query';
import { Suspense, useEffect } from 'react';
import { Navigate, NavLink, Outlet, useLocation } from 'react-router';
import { useOperator } from '@/api/operator';
import { type Session, useMay } from '@/api/session';
import { filterSearch, useFilters, useUrlParam } from '@/filters/filters';
import { useFilterWords } from '@/filters/words';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { ErrorBoundary } from '@/kit/error-boundary';
import { AccountMenu } from './account-menu';
import { Announcer, useNewWarnings } from './announcer';
import { CommandPalette } from './command-palette';
import { DemoBanner } from './demo-banner';
import { DutyBeat } from './duty-beat';
import { FilterBar } from './filter-bar';
import { FirstSteps } from './first-steps-panel';
import { KeyboardHelp } from './keyboard-help';
import { LiveMark } from './live-mark';
import { appMessages } from './messages';
import { LanguageSwitch, ThemeSwitch } from './preferences';
import { READERS, type Screen, SCREENS, screensFor } from './screens';
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
  const isReader = useMay(...READERS);
  const serves = useMay('agent', 'supervisor');
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
            {screens.length > 0 && <LiveMark />}
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
            <Suspense fallback={null}><Place screens={screens} /></Suspense>
          </ErrorBoundary>
        </main>
        <Busy />
        {isReader && <Announcer />}
        {serves && <DutyBeat />}
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

/** The screen of the address; whoever has another first screen begins there. */
function Place({ screens }: { screens: readonly Screen[] }) {
  const { pathname } = useLocation();
  const isOthers = SCREENS.some(({ path }) => path === pathname) && !screens.some(({ path }) => path === pathname);
  if (!isOthers) return <Outlet />;
  const first = screens[0];
  if (first && pathname === '/') return <Navigate to={first.path} replace />;
  return <Nothing more={first ? 'nothing.here' : 'nothing.more'} />;
}

function Nothing({ more }: { more: 'nothing.here' | 'nothing.more' }) {
  const t = useMessages(appMessages);
  return (
    <div className={styles.alone}>
      <h2>{t(more === 'nothing.here' ? 'nothing.others' : 'nothing')}</h2>
      <p>{t(more)}</p>
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
