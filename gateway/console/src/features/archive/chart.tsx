import { useMemo } from 'react';
import type { ArchiveMonth, ArchiveMonths } from '@/api/archive';
import { ChartWithTable } from '@/kit/chart-with-table';
import type { ChartContent, ChartPoint } from '@/kit/chart-types';
import { fileName } from '@/kit/files';
import { seriesMark } from '@/theme/channels';
import { countOf, marksOf } from './figures';
import { useArchiveWords } from './words';

/** Complaints, and what else is asked, by month; measures stand at the month in which they should first be felt. */
export function MonthsChart({ data, running }: { data: ArchiveMonths; running: string }) {
  const { t, format, time } = useArchiveWords();
  const { months, measures, product } = data;
  const content = useMemo<ChartContent>(() => {
    const points = (value: (one: ArchiveMonth) => number): ChartPoint[] =>
      months.map((one) => ({ at: one.month, value: value(one), n: one.cases, complete: one.month < running }));
    return {
      kind: 'bar',
      unit: 'count',
      series: [
        { key: 'complaints', name: t('complaints'), mark: seriesMark(1), points: points(({ complaints }) => complaints) },
        { key: 'use', name: t('use'), mark: seriesMark(0), points: points(({ natures }) => countOf(natures, 'use')) },
        { key: 'suggestion', name: t('suggestion'), mark: seriesMark(2), points: points(({ natures }) => countOf(natures, 'suggestion')) },
      ],
      annotations: marksOf(measures, months).map(({ month, orders }) => ({ from: month, text: t('mark', { orders: orders.map(String).join(t('list')) }) })),
      labelOf: (at) => format.at(at),
      tickOf: (at) => format.tickAt(at),
    };
  }, [months, measures, running, t, format]);
  const title = t('chart.title', { product });
  const about = [
    [t('file.product'), product],
    [t('file.asOf'), time(data.asOf)],
  ] as const;
  return <ChartWithTable title={title} content={content} summary={useSummary(months)} height={280} file={{ name: fileName(title), about }} />;
}

function useSummary(months: readonly ArchiveMonth[]): string {
  const { t, format, month } = useArchiveWords();
  const most = months.reduce<ArchiveMonth | null>((high, one) => (high && high.complaints >= one.complaints ? high : one), null);
  const last = months.at(-1);
  if (!most || !last || most.complaints === 0) return t('chart.none');
  return t('chart.summary', {
    month: month(last.month),
    complaints: format.integer(last.complaints),
    high: month(most.month),
    most: format.integer(most.complaints),
  });
}
