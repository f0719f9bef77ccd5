import { describe, expect, it } from 'vitest';
import type { SlaState } from '@/api/tickets';
import { promised } from './sla';

const now = Date.parse('2026-11-27T08:00:00Z');
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();

describe('a promise in words', () => {
  it.each([
    ['pending', 100, null, 'pending', 'info'],
    ['imminent', 5, null, 'imminent', 'warn'],
    ['breached', -5, null, 'overdue', 'bad'],
    ['breached', -5, -2, 'late', 'bad'],
    ['met', 5, -2, 'met', 'good'],
    ['paused', null, null, 'paused', 'quiet'],
  ] as const)('%s, due in %s min', (state, due, done, word, tone) => {
    expect(promised(state, due === null ? null : at(due), done === null ? null : at(done), now)).toMatchObject({ word, tone });
  });

  it('is overdue when its time has come, though nobody asked again', () => {
    for (const state of ['pending', 'imminent'] as const) expect(promised(state, at(0), null, now).word).toBe('overdue');
  });

  it('tells how long it is until then, or since', () => {
    expect(promised('pending', at(90), null, now).gap).toBe(90 * 60_000);
    expect(promised('breached', at(-30), null, now).gap).toBe(30 * 60_000);
  });

  it('says nothing of what was cancelled, and has a sign wherever colour says something', () => {
    expect(promised(null, null, null, now).word).toBe('none');
    for (const state of ['imminent', 'breached', 'met', 'paused'] satisfies SlaState[]) expect(promised(state, at(5), null, now).sign).not.toBe('');
  });
});
