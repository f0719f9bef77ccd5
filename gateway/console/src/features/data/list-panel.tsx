import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Column, DataTable } from '@/kit/data-table';
import { ExportMenu } from '@/kit/export-menu';
import { type About, saveCsv, saveXlsx } from '@/kit/files';
import { Panel } from '@/kit/panel';
import { useSheets } from './sheet';

interface Props<T, Row> {
  title: string;
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isPending' | 'refetch' | 'dataUpdatedAt'>;
  rowsOf: (data: T) => readonly Row[];
  columns: readonly Column<Row>[];
  /** Of files, where they hold more than what is shown. */
  files?: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** What there is to say where the list is empty. */
  empty: ReactNode;
  /** Above the table, and where it is empty, too. */
  lead?: ReactNode;
  below?: ReactNode;
  actions?: ReactNode;
  height?: number;
  about?: About;
}

const NOTHING_MORE: About = [];

/** A panel that holds a table, and gives it away as a file. */
export function ListPanel<T, Row>({
  title,
  query,
  rowsOf,
  columns,
  files = columns,
  rowKey,
  empty,
  lead,
  below,
  actions,
  height = 200,
  about = NOTHING_MORE,
}: Props<T, Row>) {
  const sheets = useSheets();
  const rows = query.data === undefined ? [] : rowsOf(query.data);
  const sheet = sheets.of(title, files, rows, query.dataUpdatedAt, ...about);
  return (
    <Panel
      title={title}
      query={query}
      height={height}
      actions={
        <>
          {actions}
          {rows.length > 0 && <ExportMenu name={sheet.name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />}
        </>
      }
    >
      {() => (
        <>
          {lead}
          {rows.length > 0 ? <DataTable caption={title} columns={columns} rows={rows} rowKey={rowKey} /> : empty}
          {below}
        </>
      )}
    </Panel>
  );
}
