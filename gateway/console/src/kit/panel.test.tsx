import { useQuery } from '@tanstack/react-query';
import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/client';
import { serve, show } from '@/testing/render';
import { Panel } from './panel';

function Sample({ answer, draw, first = 'Connect a channel' }: { answer: () => Promise<string[]>; draw?: (rows: string[]) => string; first?: string | null }) {
  const query = useQuery({ queryKey: ['sample'], queryFn: answer });
  return (
    <Panel title="Feeds" query={query} height={100} isEmpty={(rows) => rows.length === 0} emptyFirst={first && <p>{first}</p>}>
      {(rows) => <p>{draw ? draw(rows) : rows.join(', ')}</p>}
    </Panel>
  );
}

const failing = (status: number) => () =>
  Promise.reject(new ApiError({ type: 'x', title: 'The part is down', status, correlationId: 'c0ffee' }));

describe('Panel', () => {
  it('says that it is loading, then shows the data', async () => {
    show(<Sample answer={() => Promise.resolve(['app', 'sms'])} />);
    expect(screen.getByRole('status').getAttribute('aria-label')).toBe('Loading: Feeds');
    expect(await screen.findByText('app, sms')).toBeTruthy();
  });

  it('says how to begin where there has never been anything', async () => {
    show(<Sample answer={() => Promise.resolve([])} />);
    expect(await screen.findByText('Connect a channel')).toBeTruthy();
  });

  it('shows the days that have data where the chosen ones have none', async () => {
    const clock = { timeZone: 'Asia/Shanghai', today: '2026-11-26', asOf: '2026-11-26T00:00:00Z', firstDay: '2026-09-01', lastDay: '2026-10-15' };
    serve({ 'GET /api/v1/kpi/clock': { body: clock } });
    const { router } = show(<Sample first={null} answer={() => Promise.resolve([])} />);
    fireEvent.click(await screen.findByText('Show Sep 16, 2026 to Oct 15, 2026'));
    expect(router.state.location.search).toBe('?p=2026-09-16..2026-10-15');
  });

  it('leads to the import where there has never been a transaction, and the reader may import', async () => {
    serve({
      'GET /api/v1/kpi/clock': { body: { timeZone: 'Asia/Shanghai', today: '2026-11-26', asOf: '2026-11-26T00:00:00Z', firstDay: null, lastDay: null } },
      'GET /api/v1/session': { body: { roles: ['admin'] } },
    });
    show(<Sample first={null} answer={() => Promise.resolve([])} />);
    expect((await screen.findByText('Import a file')).getAttribute('href')).toBe('/data?t=imports');
  });

  it('names the filters where they leave nothing, and clears them', async () => {
    serve({});
    const { router } = show(<Sample answer={() => Promise.resolve([])} />, '/?p=7d&ch=app');
    expect(await screen.findByText('No data with these filters: Channel: app')).toBeTruthy();
    fireEvent.click(screen.getByText('Clear filters'));
    expect(router.state.location.search).toBe('?p=7d');
  });

  it('shows what failed with its correlation id, and tries again', async () => {
    let calls = 0;
    show(<Sample answer={() => (calls++ === 0 ? failing(503)() : Promise.resolve(['back']))} />);
    expect(await screen.findByText('Feeds could not be loaded')).toBeTruthy();
    expect(screen.getByText('Correlation id c0ffee')).toBeTruthy();
    fireEvent.click(screen.getByText('Retry'));
    expect(await screen.findByText('back')).toBeTruthy();
  });

  it('says who can grant what is forbidden', async () => {
    show(<Sample answer={failing(403)} />);
    expect(await screen.findByText('You may not see Feeds')).toBeTruthy();
    expect(screen.queryByText('Retry')).toBeNull();
  });

  it('keeps figures that are there while refreshing them fails', async () => {
    let calls = 0;
    const { queries } = show(<Sample answer={() => (calls++ === 0 ? Promise.resolve(['kept']) : failing(503)())} />);
    await screen.findByText('kept');
    await queries.invalidateQueries({ queryKey: ['sample'] });
    expect(await screen.findByText(/Refreshing failed/)).toBeTruthy();
    expect(screen.getByText('kept')).toBeTruthy();
  });

  it('keeps a fault of its own inside', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const broken = () => {
      throw new Error('cannot draw');
    };
    show(
      <>
        <Sample answer={() => Promise.resolve(['app'])} draw={broken} />
        <p>the rest of the page</p>
      </>,
    );
    expect(await screen.findByText('Feeds cannot be shown')).toBeTruthy();
    expect(screen.getByText('the rest of the page')).toBeTruthy();
  });
});
