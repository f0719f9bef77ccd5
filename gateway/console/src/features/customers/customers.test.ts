import { describe, expect, it } from 'vitest';
import type { Consent, Matter, Step } from '@/api/customers';
import { agreements } from './consent';
import { told } from './journey';

const consent = (version: number, channel: string, given: boolean, at: string): Consent => ({
  purpose: 'marketing', channel, given, at, version, origin: 'desk', recordedBy: 'user:agent', recordedAt: at,
});

describe('consents', () => {
  it('are told by purpose and channel, what was said last first, whenever it was recorded', () => {
    const said = [
      consent(1, 'sms', true, '2026-01-01T00:00:00Z'),
      consent(2, 'app', true, '2026-02-01T00:00:00Z'),
      consent(3, 'sms', false, '2026-03-01T00:00:00Z'),
      consent(4, 'sms', true, '2026-02-01T00:00:00Z'),
    ];
    const all = agreements([said[1]!, said[2]!], said);
    expect(all.map(({ key, holding }) => [key, holding.given])).toEqual([['marketing app', true], ['marketing sms', false]]);
    expect(all[1]!.said.map(({ version }) => version)).toEqual([3, 4, 1]);
  });
});

describe('a journey', () => {
  it('puts steps to their matters, and leaves out what is not shown', () => {
    const step = (id: string) => ({ source: 'app', id }) as Step;
    const matter = (...steps: string[]) => ({ steps, from: '2026-01-01T00:00:00Z' }) as Matter;
    const all = told({ steps: [step('3'), step('2'), step('1')], matters: [matter('app/3'), matter('app/1', 'app/2', 'app/0')] });
    expect(all.map(({ steps }) => steps.map(({ id }) => id))).toEqual([['3'], ['1', '2']]);
  });
});
