import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { vi } from 'vitest';
import { setLanguage } from '@/i18n/language';

/** Renders in English, at an address; the router is returned, so that a test can look at the address and go back. */
export function show(ui: ReactNode, address = '/') {
  setLanguage('en');
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createMemoryRouter([{ path: '*', element: ui }], { initialEntries: [address] });
  const shown = render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { ...shown, router, queries };
}

/** A server: what it answers, by method and path; anything else is 404. Returns what was asked. */
export function serve(answers: Record<string, { status?: number; body?: unknown }>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    const what = `${request.method} ${pathname}`;
    asked.push(what);
    const problem = { type: 'urn:channels:problem:not-found', title: 'Not found', status: 404, correlationId: 'c0ffee' };
    const { status = 200, body = {} } = answers[what] ?? { status: 404, body: problem };
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  });
  return asked;
}
