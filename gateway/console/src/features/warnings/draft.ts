import type { Definition } from '@/api/indicators';
import type { Rule, RuleInput, Severity } from '@/api/warnings';
import { thresholdText, typedThreshold } from './queue';

/** A rule while it is being written: what is typed, whether it makes sense or not. */
export interface Draft {
  /** An indicator's id, or {@link LATE_FEED}. */
  metric: string;
  channel: string;
  region: string;
  kind: 'below' | 'above';
  threshold: string;
  window: 'hour' | 'day';
  severity: Severity;
  roles: readonly string[];
  users: string;
}

export const LATE_FEED = 'late-feed';
export const ROLES = ['manager', 'supervisor', 'sre', 'admin'] as const;

export function draftOf(rule: Rule | undefined, unit: string): Draft {
  if (!rule) {
    return { metric: 'success-rate', channel: '', region: '', kind: 'below', threshold: '', window: 'day', severity: 'warning', roles: ['manager'], users: '' };
  }
  const { kind, threshold, window } = rule.condition;
  const isRole = (one: string) => (ROLES as readonly string[]).includes(one);
  return {
    metric: kind === 'late-feed' ? LATE_FEED : (rule.indicator ?? ''),
    channel: rule.channel ?? '',
    region: rule.region ?? '',
    kind: kind === 'above' ? 'above' : 'below',
    threshold: thresholdText(threshold, unit),
    window: window ?? 'day',
    severity: rule.severity,
    roles: rule.notify.filter(isRole),
    users: rule.notify.filter((one) => !isRole(one)).map((one) => one.replace(/^user:/, '')).join(', '),
  };
}

/** What may be asked of a metric: a share means nothing unless it is told apart, so it cannot be watched. */
export function canWatch({ kind }: Definition): boolean {
  return (kind as unknown) !== 'share';
}

/** Other metrics have other scopes and windows: what does not fit goes back to what always does. */
export function fitted(draft: Draft, definition: Definition | undefined): Draft {
  if (draft.metric === LATE_FEED) return { ...draft, region: '' };
  if (!definition) return draft;
  const offers = (dimension: 'channel' | 'region') => definition.dimensions.includes(dimension);
  return {
    ...draft,
    channel: offers('channel') ? draft.channel : '',
    region: offers('region') ? draft.region : '',
    window: definition.grains.includes(draft.window) ? draft.window : definition.grains.includes('day') ? 'day' : 'hour',
  };
}

/** The rule that a draft says; null while it says none. */
export function ruleOf(draft: Draft, unit: string, before: Rule | undefined): RuleInput | null {
  const notify = [...draft.roles, ...draft.users.split(/[,，]/).map((one) => one.trim()).filter(Boolean).map((one) => `user:${one}`)];
  if (notify.length === 0) return null;
  const common = {
    name: before?.name ?? null,
    channel: draft.channel || null,
    region: draft.region || null,
    notify,
    severity: draft.severity,
    enabled: before?.enabled ?? true,
  };
  if (draft.metric === LATE_FEED) return { ...common, indicator: null, condition: { kind: LATE_FEED, threshold: null, window: null } };
  const threshold = typedThreshold(draft.threshold, unit);
  if (threshold === null || draft.metric === '') return null;
  return { ...common, indicator: draft.metric, condition: { kind: draft.kind, threshold, window: draft.window } };
}

/** What is watched, under a condition that never holds: for the history while the rule is not whole. */
export function historyOf(draft: Draft): RuleInput {
  const late = draft.metric === LATE_FEED;
  return {
    name: null,
    indicator: late ? null : draft.metric,
    channel: draft.channel || null,
    region: draft.region || null,
    condition: late ? { kind: LATE_FEED, threshold: null, window: null } : { kind: 'below', threshold: 0, window: draft.window },
    notify: [ROLES[0]],
    severity: draft.severity,
    enabled: true,
  };
}
