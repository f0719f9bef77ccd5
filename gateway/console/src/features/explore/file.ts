import { useOperator } from '@/api/operator';
import type { Definition } from '@/api/indicators';
import { useFilters } from '@/filters/filters';
import { daysOf } from '@/filters/period';
import { useFilterWords } from '@/filters/words';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { type About, fileName } from '@/kit/files';
import { kitMessages } from '@/kit/messages';

/** Name and notes of a file of this view: filters, period, zone, definition. [E1] */
export function useFile(definition: Definition, part: string): { name: string; about: About } {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  const language = useLanguage();
  const words = useFilterWords();
  const operator = useOperator();
  const { filters } = useFilters();
  const days = operator ? daysOf(filters.period, operator.today) : { from: '', to: '' };
  const scope = [...filters.channel, ...filters.region, ...filters.brand].join('-');
  const asOf = operator ? format.instant(operator.asOf, operator.timeZone) : '';
  const version = t('definition.since', { version: String(definition.version), day: format.at(definition.validFrom) });
  return {
    name: fileName(definition.id, part, scope, days.from, days.to, operator?.asOf.slice(0, 16) ?? ''),
    about: [
      [nameIn(definition.names, language), nameIn(definition.statement, language)],
      [t('definition.version'), version],
      [t('period'), words.period],
      [t('filters'), words.filters],
      [t('timeZone'), operator?.timeZone ?? ''],
      [t('asOf.label'), asOf],
    ],
  };
}
