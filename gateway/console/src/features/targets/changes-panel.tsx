import { useInfiniteQuery } from '@tanstack/react-query';
import { useOperator } from '@/api/operator';
import { type TargetChange, targetChangesQuery } from '@/api/targets';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { ExportMenu } from '@/kit/export-menu';
import { fileName, saveCsv, saveXlsx } from '@/kit/files';
import { More } from '@/kit/more';
import { Panel } from '@/kit/panel';
import { messages } from './messages';
import { NoTargets } from './no-targets';
import { useTargetWords } from './words';

/** Who changed which target, from what to what, when; newest first. */
export function ChangesPanel({ indicator, onClear }: { indicator: string; onClear: () => void }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const words = useTargetWords();
  const zone = useOperator()?.timeZone ?? 'UTC';
  const query = useInfiniteQuery(targetChangesQuery);
  const rows = (query.data?.pages ?? []).flatMap(({ items }) => items).filter((change) => !indicator || change.indicator === indicator);
  const columns: Column<TargetChange>[] = [
    { key: 'at', title: t('at'), cell: ({ at }) => format.instant(at, zone), value: ({ at }) => format.instant(at, zone) },
    { key: 'by', title: t('by'), cell: ({ by }) => by, value: ({ by }) => by },
    {
      key: 'indicator',
      title: t('indicator'),
      cell: (change) => words.indicator(change.indicator),
      value: (change) => words.indicator(change.indicator),
    },
    { key: 'scope', title: t('scope'), cell: (change) => words.scope(change), value: (change) => words.scope(change) },
    { key: 'month', title: t('month'), cell: ({ month }) => format.at(month), value: ({ month }) => month },
    {
      key: 'before',
      title: t('before'),
      number: true,
      cell: (change) => words.value(change.indicator, change.before),
      value: ({ before }) => before,
    },
    { key: 'after', title: t('after'), number: true, cell: (change) => words.value(change.indicator, change.after), value: ({ after }) => after },
  ];
  const asOf = format.instant(new Date(query.dataUpdatedAt).toISOString(), zone);
  const sheet = {
    name: fileName(t('file.changes'), asOf),
    columns,
    rows,
    about: [
      [t('about.zone'), zone],
      [t('about.unit'), t('about.units')],
    ] as const,
  };
  return (
    <Panel
      title={t('changes')}
      query={query}
      height={160}
      actions={rows.length > 0 && <ExportMenu name={sheet.name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />}
    >
      {({ pages }) => (
        <>
          {rows.length === 0 ? (
            <NoTargets filtered={(pages[0]?.items.length ?? 0) > 0} indicator={indicator} onClear={onClear} first={<p>{t('changes.first')}</p>} />
          ) : (
            <DataTable caption={t('changes')} columns={columns} rows={rows} rowKey={({ id }) => String(id)} />
          )}
          <More query={query} />
        </>
      )}
    </Panel>
  );
}
