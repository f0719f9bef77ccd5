import type { Condition, Warning, WarningState } from '@/api/warnings';
import { useNames } from '@/api/catalogue';
import { useDefinitions } from '@/api/indicators';
import { useOperator } from '@/api/operator';
import { useFormatter } from '@/format/use-formatter';
import type { Unit } from '@/format/format';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { messages } from './messages';
import { ageOf } from './queue';

const HISTORY = [
  'raised', 'reopened', 'seen', 'ended', 'acknowledged', 'assigned', 'snoozed', 'snooze-ended', 'resolved', 'judged', 'rule-changed', 'rule-removed',
] as const;

type Scoped = Pick<Warning, 'channel' | 'region'>;

/** Warnings and rules as people read them. */
export function useWarningWords() {
  const t = useMessages(messages);
  const format = useFormatter();
  const language = useLanguage();
  const name = useNames();
  const definitions = useDefinitions();
  const zone = useOperator()?.timeZone ?? 'UTC';

  const unitOf = (indicator: string | null): Unit => definitions.get(indicator ?? '')?.unit ?? 'count';
  const metric = (indicator: string | null): string => {
    if (indicator === null) return t('metric.late-feed');
    const definition = definitions.get(indicator);
    return definition ? nameIn(definition.names, language) : indicator;
  };
  const scope = ({ channel, region }: Scoped): string => {
    const first = channel ? name('channel', channel) : t('scope.all');
    return region ? t('scope.both', { channel: first, region: name('region', region) }) : first;
  };
  const time = (instant: string) => format.instant(instant, zone);
  const value = (indicator: string | null, number: number) => format.value(unitOf(indicator), number);
  const headline = (warning: Warning) =>
    t('headline', { metric: warning.source ? t('metric.source', { source: warning.source }) : metric(warning.indicator), scope: scope(warning) });
  const reading = ({ kind, indicator, value: seen, threshold }: Warning): string => {
    if ((kind !== 'below' && kind !== 'above') || seen === null || threshold === null) return t(`reading.${kind}`);
    const unit = unitOf(indicator);
    const gap = format.difference(unit, Math.abs(seen - threshold)).replace(/^[+<]\+?/, '');
    return t(`reading.${kind}`, { value: format.value(unit, seen), threshold: format.value(unit, threshold), gap });
  };
  const condition = ({ kind, threshold, window }: Condition, indicator: string | null): string =>
    kind === 'late-feed'
      ? t('condition.late-feed')
      : t(`condition.${kind}`, { threshold: value(indicator, threshold ?? 0), window: t(`window.${window ?? 'hour'}`) });
  const age = (since: string): string => {
    const { unit, n } = ageOf(since, Date.now());
    return t(`age.${unit}`, { n });
  };
  const status = (state: WarningState, until: string | null) => t(`status.${state}`, { until: until ? time(until) : '' });
  const who = (list: readonly string[]) => list.map(personOf).join(t('list'));
  const personOf = (one: string): string => {
    if (one === 'manager' || one === 'supervisor' || one === 'sre' || one === 'admin') return t(`role.${one}`);
    return one.replace(/^user:/, '');
  };
  const by = (one: string) => (one === 'system' ? t('system') : one.replace(/^user:/, ''));
  const done = (what: string): string => {
    const known = HISTORY.find((one) => one === what);
    return known ? t(`what.${known}`) : what;
  };
  return { t, unitOf, metric, scope, time, value, headline, reading, condition, age, status, who, by, done };
}
