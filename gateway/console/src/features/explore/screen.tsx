import { useQuery } from '@tanstack/react-query';
import { useDefinitions, valuesQuery } from '@/api/indicators';
import { useOperator } from '@/api/operator';
import { useFilters, useUrlParam } from '@/filters/filters';
import { daysOf, grainOf } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import { ChartWithTable } from '@/kit/chart-with-table';
import { Panel } from '@/kit/panel';
import { seriesMark } from '@/theme/channels';

export function Screen() {
  const format = useFormatter();
  const language = useLanguage();
  const [indicator] = useUrlParam('i', 'success-rate');
  const { filters } = useFilters();
  const operator = useOperator();
  const definition = useDefinitions().get(indicator);
  const days = daysOf(filters.period, operator?.today ?? '2026-01-01');
  const { channel, region, brand } = filters;
  const query = useQuery({ ...valuesQuery(indicator, { ...days, grain: grainOf(days), channel, region, brand }), enabled: operator !== undefined });
  if (!definition) return null;
  const name = nameIn(definition.names, language);
  return (
    <Panel title={name} query={query} height={360} isEmpty={({ values }) => values.length === 0}>
      {({ values }) => (
        <ChartWithTable
          title={name}
          summary={name}
          height={320}
          file={{ name: indicator, about: [] }}
          content={{
            kind: 'line',
            unit: definition.unit,
            series: [{ key: indicator, name, mark: seriesMark(0), points: values }],
            labelOf: (at) => format.at(at),
            tickOf: (at) => format.tickAt(at),
          }}
        />
      )}
    </Panel>
  );
}
