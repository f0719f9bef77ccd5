import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { serve, show } from '@/testing/render';
import { AttentionPanel } from './attention-panel';

const quiet = {
  'GET /api/v1/kpi/warnings': { body: { warnings: [] } },
  'GET /api/v1/kpi/feeds': { body: { feeds: [] } },
};

it('says that nothing needs attention where that is known of warnings, feeds and targets', async () => {
  serve({ ...quiet, 'GET /api/v1/kpi/targets/attainment': { body: { targets: [] } } });
  show(<AttentionPanel />);
  expect(await screen.findByText('Nothing needs attention now')).toBeTruthy();
});

it('says that the targets were not got, and not that nothing needs attention', async () => {
  const problem = { type: 'urn:channels:problem:unavailable', title: 'Not available now', status: 503, correlationId: 'c0ffee' };
  serve({ ...quiet, 'GET /api/v1/kpi/targets/attainment': { status: 503, body: problem } });
  show(<AttentionPanel />);
  expect((await screen.findByRole('alert')).textContent).toContain('c0ffee');
  expect(screen.queryByText('Nothing needs attention now')).toBeNull();
});
