import type { MappedRows, Mapping, RowTransaction } from '@/api/imports';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { codeCell } from './cells';
import styles from './data.module.css';
import { messages } from './messages';

type Field = Mapping['fields'][number];

/** What the mapping makes of the first rows; nothing of it is in the figures yet. */
export function ImportPreview({ mapping, rows }: { mapping: Mapping; rows: MappedRows }) {
  const t = useMessages(messages);
  const first = rows.transactions[0];
  const source = ({ column, constant }: Field) => column ?? t('import.constant', { value: constant ?? '' });
  const becomes = ({ field }: Field) => String(first?.[field as keyof RowTransaction] ?? '–');
  const fields: Column<Field>[] = [
    { key: 'column', title: t('import.column'), cell: source, value: source },
    { key: 'field', title: t('import.field'), cell: codeCell(({ field }) => field), value: ({ field }) => field },
    {
      key: 'names',
      title: t('import.names'),
      cell: ({ names }) => (names > 0 ? t('import.names.n', { n: names }) : '–'),
      value: ({ names }) => names,
    },
    { key: 'first', title: t('import.first'), cell: codeCell(becomes), value: becomes },
  ];
  return (
    <>
      <p>{t('import.sample', { n: rows.rows, good: rows.transactions.length, bad: rows.rejected.length })}</p>
      <div className={styles.wide}>
        <DataTable caption={t('import.mapping')} columns={fields} rows={mapping.fields} rowKey={({ field }) => field} />
      </div>
      {rows.transactions.length > 0 && <Transactions rows={rows.transactions} />}
      {rows.rejected.length > 0 && <SampleRejects rows={rows.rejected} />}
    </>
  );
}

function Transactions({ rows }: { rows: readonly RowTransaction[] }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const text = (key: keyof RowTransaction & string): Column<RowTransaction> => ({
    key,
    title: key,
    cell: (row) => String(row[key] ?? '–'),
    value: (row) => String(row[key] ?? ''),
  });
  const columns: Column<RowTransaction>[] = [
    { key: 'row', title: t('import.row'), number: true, cell: ({ row }) => format.integer(row), value: ({ row }) => row },
    ...(['at', 'customer', 'channel', 'service', 'region', 'brand', 'outcome', 'reason', 'amount', 'durationMs', 'assisted', 'id'] as const).map(
      text,
    ),
  ];
  return (
    <div className={styles.wide}>
      <DataTable caption={t('import.transactions')} columns={columns} rows={rows} rowKey={({ row }) => String(row)} />
    </div>
  );
}

function SampleRejects({ rows }: { rows: MappedRows['rejected'] }) {
  const t = useMessages(messages);
  const cause = useCauses();
  const columns: Column<MappedRows['rejected'][number]>[] = [
    { key: 'line', title: t('import.line'), number: true, cell: ({ line }) => line, value: ({ line }) => line },
    { key: 'cause', title: t('import.cause'), cell: (row) => cause(row.cause), value: (row) => cause(row.cause) },
    { key: 'text', title: t('import.text'), wrap: true, cell: codeCell(({ text }) => text), value: ({ text }) => text },
  ];
  return (
    <div className={styles.wide}>
      <DataTable caption={t('import.rejected')} columns={columns} rows={rows} rowKey={({ row }) => String(row)} />
    </div>
  );
}

const CAUSES = ['columns', 'number', 'time', 'outcome', 'amount', 'duration', 'encoding'] as const;

/** A cause in words; a field that is wrong in some other way is its own. */
export function useCauses(): (cause: string) => string {
  const t = useMessages(messages);
  return (cause) => {
    const known = CAUSES.find((one) => one === cause);
    return known ? t(`cause.${known}`) : t('cause.field', { field: cause });
  };
}
