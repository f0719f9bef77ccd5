import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Names } from '@/i18n/messages';
import { client, given, unwrap } from './client';
import type { components } from './generated/kpi';

type Schemas = components['schemas'];

export type Severity = 'critical' | 'warning' | 'info';
export type WarningKind = 'below' | 'above' | 'late-feed' | 'no-data' | 'evaluation-failed';
export type WarningState = 'new' | 'acknowledged' | 'snoozed' | 'resolved';
export type EvidencePoint = Schemas['SeriesPoint'];

export type Warning = Omit<Schemas['WarningBody'], 'severity' | 'kind' | 'state' | 'nextStep'> & {
  severity: Severity;
  kind: WarningKind;
  state: WarningState;
  nextStep: Names;
};
export type WarningQueue = Omit<Schemas['WarningsBody'], 'warnings'> & { warnings: Warning[] };
/** A warning with the last ones of its rule; lists leave them out. */
export type WarningDetail = Warning & { similar: Schemas['SimilarWarning'][] };

/** A rule: metric, scope, condition, who. */
export type Rule = Omit<Schemas['RuleBody'], 'severity' | 'condition'> & { severity: Severity; condition: Condition };
export type Preview = Schemas['PreviewBody'];

export interface Condition {
  kind: 'below' | 'above' | 'late-feed';
  threshold: number | null;
  window: 'hour' | 'day' | null;
}

export type RuleInput = Pick<Rule, 'name' | 'indicator' | 'channel' | 'region' | 'condition' | 'notify' | 'severity' | 'enabled'>;

/** As many as one screen shows; more are told by `next`. */
const MOST = 200;

/** Open warnings, the most severe first; or all, the latest first. Every key begins with `warnings`: an event makes them old. */
export function warningsQuery(state: 'open' | 'all') {
  return queryOptions({
    queryKey: ['warnings', state],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/kpi/warnings', { params: { query: { state, limit: MOST } }, signal }))) as unknown as WarningQueue,
    staleTime: 15_000,
  });
}

/** The open warnings alone. */
export const openWarningsQuery = { ...warningsQuery('open'), select: ({ warnings }: WarningQueue) => warnings };

export function warningQuery(id: string) {
  return queryOptions({
    queryKey: ['warnings', 'one', id],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/kpi/warnings/{id}', { params: { path: { id } }, signal }))) as unknown as WarningDetail,
    staleTime: 15_000,
  });
}

export const rulesQuery = queryOptions({
  queryKey: ['warnings', 'rules'],
  queryFn: async ({ signal }) => ((await unwrap(client.GET('/api/v1/kpi/warning-rules', { signal }))) as unknown as { rules: Rule[] }).rules,
  staleTime: 30_000,
});

/** What a rule would have done in the last 30 days. */
export function previewQuery(rule: RuleInput) {
  return queryOptions({
    queryKey: ['warning-preview', rule.indicator, rule.channel, rule.region, rule.condition],
    queryFn: ({ signal }): Promise<Preview> => unwrap(client.POST('/api/v1/kpi/warning-rules/preview', { body: rule, signal })),
    staleTime: 60_000,
    retry: false,
  });
}

/** What a person does about a warning. */
export type Action =
  | { what: 'acknowledge'; note: string | null }
  | { what: 'assign'; owner: string | null }
  | { what: 'snooze'; until: string }
  | { what: 'resolve'; note: string | null; useful: boolean | null };

function act(id: string, action: Action): Promise<unknown> {
  const params = { path: { id } };
  switch (action.what) {
    case 'acknowledge':
      return unwrap(client.POST('/api/v1/kpi/warnings/{id}/acknowledge', { params, body: { note: action.note } }));
    case 'assign':
      return unwrap(client.POST('/api/v1/kpi/warnings/{id}/assign', { params, body: { owner: action.owner } }));
    case 'snooze':
      return unwrap(client.POST('/api/v1/kpi/warnings/{id}/snooze', { params, body: { until: action.until } }));
    case 'resolve':
      return unwrap(client.POST('/api/v1/kpi/warnings/{id}/resolve', { params, body: { note: action.note, useful: action.useful } }));
  }
}

/** Whatever was done, every list that shows it is asked again. */
export function useWarningAction(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (action: Action) => act(id, action),
    onSettled: () => queries.invalidateQueries({ queryKey: ['warnings'] }),
  });
}

type Change = { rule: RuleInput; id?: string; revision?: number } | { remove: Rule };

/** Adds, changes or removes a rule; a change of what somebody else has changed meanwhile is refused. */
export function useRuleChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: Change): Promise<unknown> => {
      if ('remove' in change) {
        return unwrap(client.DELETE('/api/v1/kpi/warning-rules/{id}', { params: { path: { id: change.remove.id } }, headers: match(change.remove.revision) }));
      }
      if (change.id === undefined) return unwrap(client.POST('/api/v1/kpi/warning-rules', { body: change.rule }));
      return unwrap(client.PUT('/api/v1/kpi/warning-rules/{id}', { params: { path: { id: change.id } }, body: change.rule, headers: match(change.revision) }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['warnings'] }),
  });
}

function match(revision: number | undefined) {
  return given({ 'If-Match': revision === undefined ? undefined : `"${revision}"` });
}
