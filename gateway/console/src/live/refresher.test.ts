import { type Query, QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refresher } from './refresher';

let hidden = false;
let asked: string[] = [];
let refresher: Refresher;
let queries: QueryClient;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  hidden = false;
  asked = [];
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  queries = new QueryClient();
  vi.spyOn(queries, 'invalidateQueries').mockImplementation((filter) => {
    asked.push((filter?.queryKey ?? []).join(' '));
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

  it('asks again for what failed after a while only, but at once when the connection is new', () => {
    const due: boolean[] = [];
    const failed = { state: { status: 'error', dataUpdatedAt: 0, errorUpdatedAt: Date.now() } } as Query;
    vi.spyOn(queries, 'invalidateQueries').mockImplementation((filter) => {
      due.push(filter!.predicate!(failed));
      return Promise.resolve();
    });
    refresher.on({ name: 'warnings', data: {} });
    expect(due).toEqual([false]);
    vi.advanceTimersByTime(20_001);
    refresher.on({ name: 'warnings', data: {} });
    expect(due).toEqual([false, true]);
    failed.state.errorUpdatedAt = Date.now();
    refresher.on({ name: 'reset', data: {} });
    vi.advanceTimersByTime(5_000);
    expect(due.slice(2)).not.toContain(false);
  });

  it('asks for the conversation that changed at once, and for the lists at most once a second', () => {
    for (let i = 0; i < 18; i++) {
      refresher.on({ name: 'conversation', data: { id: `v_${i % 2}` } });
      vi.advanceTimersByTime(50);
    }
    expect(asked.filter((key) => key === 'conversation v_1')).toHaveLength(9);
    expect(asked.filter((key) => key === 'conversations')).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(asked.filter((key) => key === 'conversations')).toHaveLength(2);
  });

  it('asks for everything of the desk where something was missed', () => {
    refresher.on({ name: 'care-reset', data: {} });
    vi.advanceTimersByTime(1_000);
    expect(asked).toContain('conversation');
    expect(asked).toContain('wall');
    expect(asked).not.toContain('figures');
  });
});
