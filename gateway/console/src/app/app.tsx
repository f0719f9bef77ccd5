import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { ApiError } from '@/api/client';
import { catalogueQuery } from '@/api/catalogue';
import { definitionsQuery } from '@/api/indicators';
import { CLOCK_READERS, operatorQuery } from '@/api/operator';
import { type Role, type Session, sessionQuery } from '@/api/session';
import { useLanguage } from '@/i18n/language';
import { useMessages } from '@/i18n/messages';
import { PanelError } from '@/kit/panel-states';
import { CARE, KPI } from '@/live/events';
import { Live } from '@/live/leader';
import { Refresher } from '@/live/refresher';
import { LiveContext } from '@/live/use-live';
import { antdTheme } from '@/theme/antd';
import { useDirection, useTheme } from '@/theme/theme';
import { appMessages } from './messages';
import { NotFound } from './not-found';
import { SCREENS, screensFor } from './screens';
import { SignIn } from './sign-in';

const loadShell = () => import('./shell').then(({ Shell }) => ({ default: Shell }));
const Shell = lazy(loadShell);

/** The gateway's nonce for this page: the component library writes its styles while it runs. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, fault) => count < 2 && !(fault instanceof ApiError && fault.status >= 400 && fault.status < 500),
      refetchOnWindowFocus: false,
    },
  },
});

queries.getQueryCache().subscribe(({ type, query }) => {
  // A session that has ended shows in whatever is asked next: then the sign-in page is there.
  if (type === 'updated' && query.state.error instanceof ApiError && query.state.error.status === 401) {
    queries.setQueryData(sessionQuery.queryKey, null);
  }
});

// Who is there, and the frame of every screen: both are on their way while the screen's own code is; then what every screen needs.
void queries.prefetchQuery(sessionQuery).then(() => askWhatEveryScreenNeeds(queries.getQueryData(sessionQuery.queryKey)));
void loadShell();

const refresher = new Refresher(queries);

/** The streams, and who may hear them. */
const STREAMS: readonly { roles: readonly Role[]; live: Live }[] = [
  { roles: ['manager', 'supervisor', 'sre', 'admin'], live: new Live(KPI, (event) => refresher.on(event)) },
  { roles: ['agent', 'supervisor', 'manager', 'admin'], live: new Live(CARE, (event) => refresher.on(event)) },
];

function hasRole(session: Session, roles: readonly Role[]): boolean {
  return roles.some((role) => session.roles.includes(role));
}

const router = createBrowserRouter([
  {
    element: <Entrance />,
    children: [
      ...SCREENS.map((screen) => ({
        path: screen.path,
        HydrateFallback: () => null,
        lazy: async () => ({ Component: (await screen.load()).Screen }),
        errorElement: <NotFound />,
      })),
      { path: '*', element: <NotFound /> },
    ],
  },
]);

export function App() {
  const language = useLanguage();
  const theme = useTheme();
  useDirection();
  const locale = useAntdLocale(language === 'zh-CN');
  const csp = useMemo(() => (nonce ? { nonce } : undefined), []);
  return (
    <ConfigProvider theme={antdTheme(theme)} locale={locale} csp={csp} button={{ autoInsertSpace: false }}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  );
}

/** Who has no screen may ask for nothing that is on one. */
function hasScreens(session: Session | null | undefined): session is Session {
  return session !== null && session !== undefined && screensFor(session.roles).length > 0;
}

function askWhatEveryScreenNeeds(session: Session | null | undefined): void {
  if (!hasScreens(session)) return;
  for (const query of [definitionsQuery, catalogueQuery] as const) void queries.prefetchQuery(query as typeof definitionsQuery);
  if (hasRole(session, CLOCK_READERS)) void queries.prefetchQuery(operatorQuery);
}

/** Who is nobody signs in; then the page that was asked for is there. */
function Entrance() {
  const t = useMessages(appMessages);
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery);
  const streams = useMemo(() => (hasScreens(session) ? STREAMS.filter(({ roles }) => hasRole(session, roles)).map(({ live }) => live) : []), [session]);
  useEffect(() => askWhatEveryScreenNeeds(session), [session]);
  useEffect(() => {
    const ends = streams.map((live) => live.start());
    return () => ends.forEach((end) => end());
  }, [streams]);
  if (isPending) return null;
  if (error && session === undefined) return <PanelError what={t('product')} error={error} retry={() => void refetch()} />;
  if (!session) return <SignIn />;
  return (
    <LiveContext value={streams}>
      <Suspense fallback={null}>
        <Shell session={session} />
      </Suspense>
    </LiveContext>
  );
}

/** The component library speaks English by itself. */
function useAntdLocale(chinese: boolean): Locale | undefined {
  const [locale, setLocale] = useState<Locale>();
  useEffect(() => {
    let over = false;
    if (chinese) void import('antd/es/locale/zh_CN').then(({ default: next }) => over || setLocale(next));
    return () => {
      over = true;
    };
  }, [chinese]);
  return chinese ? locale : undefined;
}
