import { useNames } from '@/api/catalogue';
import { useDefinitions } from '@/api/indicators';
import type { Attained } from '@/api/targets';
import { type Unit } from '@/format/format';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { messages } from './messages';
import type { Line } from './tree';

export interface TargetWords {
  indicator: (id: string) => string;
  scope: (place: Pick<Line, 'channel' | 'region'>) => string;
  line: (line: Line) => string;
  unit: (indicator: string) => Unit;
  /** A target's value, or that there is none. */
  value: (indicator: string, value: number | null) => string;
}

export function useTargetWords(): TargetWords {
  const t = useMessages(messages);
  const format = useFormatter();
  const language = useLanguage();
  const definitions = useDefinitions();
  const name = useNames();
  const indicator = (id: string) => {
    const definition = definitions.get(id);
    return definition ? nameIn(definition.names, language) : id;
  };
  const scope = ({ channel, region }: Pick<Line, 'channel' | 'region'>) => {
    if (channel && region) return t('scope.both', { channel: name('channel', channel), region: name('region', region) });
    return channel ? name('channel', channel) : region ? name('region', region) : t('operator');
  };
  const unit = (id: string) => definitions.get(id)?.unit ?? 'count';
  return {
    indicator,
    scope,
    unit,
    line: (line) => t('line.both', { indicator: indicator(line.indicator), scope: scope(line) }),
    value: (id, value) => (value === null ? t('cell.none') : format.value(unit(id), value)),
  };
}

/** How a target stands, in one sentence. [N5] */
export function useStanding(): (line: Attained) => string {
  const t = useMessages(messages);
  const format = useFormatter();
  const definitions = useDefinitions();
  return ({ indicator, unit, direction, value, target, gap, n, needed, daysLeft }) => {
    const goal = format.value(unit, target);
    if (value === null || gap === null) return t('said.none', { target: goal });
    if (unit === 'rate' && n < (definitions.get(indicator)?.minimumN ?? 1)) return t('said.few', { n: format.integer(n), target: goal });
    const words = { value: format.value(unit, value), target: goal, gap: format.difference(unit, Math.abs(gap)).replace(/^[+±]/, '') };
    if (gap >= 0) return t('said.met', words);
    const over = direction === 'down';
    if (needed === null || daysLeft === 0 || (over && (unit !== 'rate' || needed < 0))) return t(over ? 'said.over' : 'said.short', words);
    const rest = { ...words, n: daysLeft, needed: format.value(unit, unit === 'rate' ? needed : Math.ceil(needed)) };
    if (over) return t('said.over.needs', rest);
    if (unit !== 'rate') return t('said.short.perDay', rest);
    return needed > 1 ? t('said.short.lost', rest) : t('said.short.needs', rest);
  };
}
