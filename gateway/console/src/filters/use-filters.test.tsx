import { act, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useFilters } from '@/filters/filters';
import { show } from '@/testing/render';

function Probe() {
  const { filters, change, narrowed } = useFilters();
  return (
    <>
      <output>{JSON.stringify(filters.channel)}</output>
      <button type="button" onClick={() => change({ channel: [...filters.channel, narrowed ? 'sms' : 'app'] })}>add</button>
    </>
  );
}

it('Back undoes one filter', async () => {
  const { router } = show(<Probe />, '/?p=7d');
  for (const expected of ['["app"]', '["app","sms"]']) {
    act(() => screen.getByText('add').click());
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(expected));
  }
  expect(router.state.location.search).toBe('?p=7d&ch=app%2Csms');
  await act(() => router.navigate(-1));
  expect(screen.getByRole('status').textContent).toBe('["app"]');
});
