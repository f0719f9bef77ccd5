import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'react-router';
import { type ArchiveMonth, type ArchiveMonths, type MeasureState, monthsQuery } from '@/api/archive';
import { useToday } from '@/api/operator';
import { type Column, DataTable } from '@/kit/data-table';
import { ExportMenu } from '@/kit/export-menu';
import { fileName, saveCsv, saveXlsx } from '@/kit/files';
import { Panel } from '@/kit/panel';
import { Note, Tag } from '@/kit/record';
import styles from './archive.module.css';
import { MonthsChart } from './chart';
import { ENTRIES } from './entries';
import { countOf, lastWithCases, rateOf, spanOf } from './figures';
import { Figures } from './month-figures';
import { useArchiveWords, VERDICT_LOOKS } from './words';

/** A product month by month: as figures, as a chart, as a table. */
export function MonthsPanel({ product, span }: { product: string; span: number }) {
  const { t, time } = useArchiveWords();
  const { from, to } = spanOf(useToday(), span);
  const query = useQuery(monthsQuery(product, from, to));
  const columns = useColumns(query.data);
  const rows = query.data?.months.toReversed() ?? [];
  const sheet = {
    name: fileName(t('file.months'), product, from, to),
    columns,
    rows,
    about: [
      [t('file.product'), product],
      [t('file.asOf'), query.data ? time(query.data.asOf) : ''],
    ] as const,
  };
  return (
    <Panel
      title={t('months')}
      query={query}
      height={1100}
      actions={rows.length > 0 && <ExportMenu name={sheet.name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />}
    >
      {(data) => (
        <div className={styles.stack}>
          <Note>{t('asOf', { at: time(data.asOf) })}</Note>
          <Figures months={data.months} shown={lastWithCases(data.months)} />
          <MonthsChart data={data} running={to} />
          <DataTable caption={t('months')} columns={columns} rows={rows} rowKey={({ month }) => month} />
        </div>
      )}
    </Panel>
  );
}

/** The number is what the entries below are narrowed to; whoever presses it sees them. */
function showEntries() {
  const entries = document.getElementById(ENTRIES);
  entries?.scrollIntoView();
  entries?.focus({ preventScroll: true });
}

function useColumns(data: ArchiveMonths | undefined): Column<ArchiveMonth>[] {
  const { t, format, month, shares, rate, fault, reason } = useArchiveWords();
  const { search } = useLocation();
  const casesOf = (one: string) => `?${new URLSearchParams([...[...new URLSearchParams(search)].filter(([key]) => key !== 'm' && key !== 'k'), ['m', one], ['k', 'case']])}`;
  const count = (key: string, title: string, of: (one: ArchiveMonth) => number): Column<ArchiveMonth> => ({ key, title, number: true, cell: (one) => format.integer(of(one)), value: of });
  const measures = (one: ArchiveMonth) => one.measures.filter(({ verdict }) => verdict !== null);
  const orderOf = (id: string) => String((data?.measures.findIndex((one) => one.id === id) ?? -1) + 1);
  const judged = ({ measure, verdict }: MeasureState) => t('verdict.measure', { order: orderOf(measure), verdict: t(`verdict.${verdict!}`) });
  return [
    { key: 'month', title: t('month'), cell: (one) => month(one.month), value: (one) => one.month },
    {
      key: 'cases',
      title: t('cases'),
      number: true,
      cell: (one) => (one.cases === 0 ? format.integer(0) : <Link to={casesOf(one.month)} preventScrollReset onClick={showEntries}>{format.integer(one.cases)}</Link>),
      value: ({ cases }) => cases,
    },
    count('complaints', t('complaints'), ({ complaints }) => complaints),
    count('suggestion', t('suggestion'), ({ natures }) => countOf(natures, 'suggestion')),
    count('use', t('use'), ({ natures }) => countOf(natures, 'use')),
    {
      key: 'notFirstTime',
      title: t('notFirstTime'),
      wrap: true,
      cell: ({ notFirstTime }) => shares(notFirstTime, reason),
      value: ({ notFirstTime }) => shares(notFirstTime, reason),
    },
    {
      key: 'measures',
      title: t('verdicts'),
      wrap: true,
      cell: (one) => (
        <span className={styles.tags}>
          {measures(one).map((state) => (
            <Tag key={state.measure} {...VERDICT_LOOKS[state.verdict!]}>
              {judged(state)}
            </Tag>
          ))}
        </span>
      ),
      value: (one) => measures(one).map(judged).join(t('list')),
    },
    { key: 'faultClasses', title: t('faultClasses'), wrap: true, cell: ({ faultClasses }) => shares(faultClasses, fault), value: ({ faultClasses }) => shares(faultClasses, fault) },
    count('fault', t('fault'), ({ natures }) => countOf(natures, 'fault')),
    { key: 'firstTime', title: t('firstTime'), number: true, cell: ({ firstTime }) => rate(firstTime), value: ({ firstTime }) => rateOf(firstTime) },
    { key: 'timely', title: t('timely'), number: true, cell: ({ timely }) => rate(timely), value: ({ timely }) => rateOf(timely) },
    {
      key: 'medianDays',
      title: t('medianDays'),
      number: true,
      cell: ({ medianDays }) => (medianDays === null ? t('noData') : format.decimal(medianDays, 1)),
      value: ({ medianDays }) => medianDays,
    },
  ];
}
