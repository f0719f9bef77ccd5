import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { sessionQuery } from '@/api/session';
import { serve, show } from '@/testing/render';
import { SignIn } from './sign-in';

const manager = { user: 'manager', name: 'manager', roles: ['manager'], regions: ['*'] };
const demo = [{ user: 'manager', role: 'manager', name: { 'zh-CN': '渠道经理', en: 'Channel manager' } }];

it('signs in to the demo with one click', async () => {
  const asked = serve({
    'GET /api/v1/session/sign-in': { body: { kind: 'local', address: null, demo } },
    'POST /api/v1/session': { body: manager },
  });
  const { queries } = show(<SignIn />);
  fireEvent.click(await screen.findByText('Channel manager'));
  await waitFor(() => expect(queries.getQueryData(sessionQuery.queryKey)).toEqual(manager));
  expect(asked).toContain('POST /api/v1/session');
});

it('says why it did not work, in the words of the server, and keeps what was typed', async () => {
  serve({
    'GET /api/v1/session/sign-in': { body: { kind: 'local', address: null, demo: [] } },
    'POST /api/v1/session': { status: 401, body: { type: 'x', title: 'Wrong user name or password', status: 401, correlationId: 'c' } },
  });
  show(<SignIn />);
  const user = await screen.findByLabelText<HTMLInputElement>('User');
  fireEvent.change(user, { target: { value: 'manager' } });
  fireEvent.submit(user.form!);
  expect(await screen.findByText('Wrong user name or password')).toBeTruthy();
  expect(user.value).toBe('manager');
});

it('goes to the identity provider and comes back to the page that was asked for', async () => {
  serve({ 'GET /api/v1/session/sign-in': { body: { kind: 'openid', address: '/api/v1/session/openid', demo: [] } } });
  show(<SignIn />);
  const link = await screen.findByText('Sign in with the identity provider');
  expect(link.getAttribute('href')).toContain('/api/v1/session/openid?returnTo=%2F');
  expect(screen.queryByLabelText('Password')).toBeNull();
});
