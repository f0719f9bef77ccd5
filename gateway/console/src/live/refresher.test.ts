import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refresher } from './refresher';

let hidden = false;
let asked: string[] = [];
let refresher: Refresher;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  hidden = false;
  asked = [];
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  const queries = new QueryClient();
  vi.spyOn(queries, 'invalidateQueries').mockImplementation((filter) => {
    asked.push(String(filter?.queryKey?.[0]));
    return Promise.resolve();
  });
  refresher = new Refresher(queries);
});

afterEach(() => void vi.useRealTimers());

describe('Refresher', () => {
  it('asks for nothing where only time went on', () => {
    refresher.on({ name: 'figures', data: { asOf: '2026-11-25T00:00Z', days: [] } });
    vi.advanceTimersByTime(60_000);
    expect(asked).toEqual([]);
  });

  it('asks for figures at most every five seconds', () => {
    for (let i = 0; i < 19; i++) {
      refresher.on({ name: 'figures', data: {} });
      vi.advanceTimersByTime(500);
    }
    expect(asked.filter((key) => key === 'figures')).toHaveLength(2);
  });

  it('asks for what people changed at once', () => {
    refresher.on({ name: 'targets', data: {} });
    expect(asked).toEqual(['targets', 'attainment']);
  });

  it('asks for nothing while the page is hidden, and for all when it is seen again', () => {
    hidden = true;
    refresher.on({ name: 'figures', data: {} });
    refresher.on({ name: 'warnings', data: {} });
    vi.advanceTimersByTime(60_000);
    expect(asked).toEqual([]);
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(5_000);
    expect(asked).toContain('figures');
    expect(asked).toContain('warnings');
  });
});
