import { describe, expect, it } from 'vitest';
import type { Definition } from '@/api/indicators';
import type { Rule } from '@/api/warnings';
import { draftOf, fitted, historyOf, LATE_FEED, ruleOf } from './draft';

const rule: Rule = {
  id: 'r_1', name: null, indicator: 'success-rate', channel: 'app', region: '44', condition: { kind: 'below', threshold: 0.95, window: 'hour' },
  notify: ['manager', 'user:li.na'], severity: 'critical', enabled: true, revision: 3, updatedAt: '2026-11-24T00:00:00Z', updatedBy: 'user:manager',
  evaluatedTo: null, quality: null,
};

describe('a rule being written', () => {
  it('becomes the rule that it was made of', () => {
    const { id: _id, revision: _r, updatedAt: _a, updatedBy: _b, evaluatedTo: _e, quality: _q, ...said } = rule;
    expect(ruleOf(draftOf(rule, 'rate'), 'rate', rule)).toEqual(said);
  });

  it('says nothing while the threshold is missing or nobody is told', () => {
    const draft = { ...draftOf(rule, 'rate'), threshold: '' };
    expect(ruleOf(draft, 'rate', undefined)).toBeNull();
    expect(ruleOf({ ...draft, threshold: '95', roles: [], users: ' , ' }, 'rate', undefined)).toBeNull();
    expect(historyOf(draft).condition).toEqual({ kind: 'below', threshold: 0, window: 'hour' });
  });

  it('gives up what a metric does not have', () => {
    const penetration = { dimensions: ['region'], grains: ['day', 'month'] } as unknown as Definition;
    expect(fitted(draftOf(rule, 'rate'), penetration)).toMatchObject({ channel: '', region: '44', window: 'day' });
    expect(fitted({ ...draftOf(rule, 'rate'), metric: LATE_FEED }, undefined)).toMatchObject({ channel: 'app', region: '' });
  });

  it('has neither indicator nor threshold where it is about late feeds', () => {
    const late = ruleOf({ ...draftOf(rule, 'rate'), metric: LATE_FEED, region: '' }, 'count', undefined);
    expect(late).toMatchObject({ indicator: null, condition: { kind: LATE_FEED, threshold: null, window: null } });
  });
});
