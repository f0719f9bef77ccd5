import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { serve, show } from '@/testing/render';
import { Freshness } from './freshness';

const feed = { channel: 'app', cadence: null, maxSilenceMinutes: null, by: null, ends: null, through: null, firstAt: null, lastAt: null, coveredTo: null, state: 'unset' };

it('says of a feed which others deliver the same, and that it counts twice', async () => {
  serve({
    'GET /api/v1/kpi/feeds': { body: { feeds: [{ ...feed, source: 'boss', overlaps: ['portal', 'sms'] }, { ...feed, source: 'kiosk', overlaps: [] }] } },
    'GET /api/v1/session': { body: { roles: ['manager'] } },
  });
  show(<Freshness notify={() => undefined} />);
  const row = (name: string) => screen.findByRole('row', { name: (text) => text.startsWith(name) });
  expect(within(await row('boss')).getByText('counts twice with portal, sms')).toBeTruthy();
  expect(within(await row('kiosk')).queryByText(/counts twice/)).toBeNull();
  // Whoever may set what is expected of a feed is offered it.
  expect(await within(await row('boss')).findByRole('button')).toBeTruthy();
});
