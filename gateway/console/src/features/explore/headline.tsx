import { useQuery } from '@tanstack/react-query';
import { type Definition, valuesQuery } from '@/api/indicators';
import { useReady, useToday } from '@/api/operator';
import { useFilters } from '@/filters/filters';
import { useFilterWords } from '@/filters/words';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { DefinitionButton } from '@/kit/definition-button';
import { Delta } from '@/kit/delta';
import { Freshness } from '@/kit/freshness';
import { kitMessages } from '@/kit/messages';
import { Panel } from '@/kit/panel';
import styles from './explore.module.css';
import { messages } from './messages';
import type { Questions } from './use-explore';

/** The figure of the whole period, with all that belongs to it. */
export function Headline({ definition, questions }: { definition: Definition; questions: Questions }) {
  const t = useMessages(messages);
  const kit = useMessages(kitMessages);
  const format = useFormatter();
  const language = useLanguage();
  const words = useFilterWords();
  const today = useToday();
  const { filters } = useFilters();
  const ready = useReady();
  const query = useQuery({ ...valuesQuery(definition.id, questions.total), enabled: ready });
  const { compare } = questions.total;
  const period = compare && compare !== 'none'
    ? t('headline', { period: words.periodName(filters.period), compare: words.compareName(compare) })
    : t('headline.plain', { period: words.periodName(filters.period) });
  return (
    <Panel
      title={nameIn(definition.names, language)}
      query={query}
      height={56}
      isEmpty={({ values }) => values.length === 0}
      actions={<DefinitionButton definition={definition} />}
    >
      {({ values: [value], asOf, timeZone }) => value && (
        <div className={styles.headline}>
          <strong>{value.value === null ? kit('noData') : format.value(definition.unit, value.value)}</strong>
          {value.low !== null && value.high !== null && (
            <span>{kit('version.interval', { low: format.value(definition.unit, value.low), high: format.value(definition.unit, value.high) })}</span>
          )}
          <span>
            {definition.unit === 'rate' && value.n < definition.minimumN
              ? kit('n.few', { n: format.integer(value.n) })
              : kit('n', { n: format.integer(value.n) })}
          </span>
          {value.comparison && value.value !== null && <Delta value={value.value} comparison={value.comparison} definition={definition} />}
          <span>{period}</span>
          {!value.complete && <span>{questions.total.to > today ? kit('inProgress') : kit('incomplete')}</span>}
          <Freshness asOf={asOf} timeZone={timeZone} />
          {questions.without.length > 0 && (
            <span>{t('without', { dimensions: questions.without.map(words.dimension).join(t('list')) })}</span>
          )}
        </div>
      )}
    </Panel>
  );
}
