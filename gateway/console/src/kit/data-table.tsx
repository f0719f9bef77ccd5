import { Button } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useMessages } from '@/i18n/messages';
import styles from './kit.module.css';
import { kitMessages } from './messages';

export interface Column<Row> {
  key: string;
  title: string;
  /** What is shown. */
  cell: (row: Row) => ReactNode;
  /** What it is sorted by, and exported as; null for nothing. */
  value: (row: Row) => string | number | null;
  /** Numbers stand to the right. */
  number?: boolean;
  /** Long text may break. */
  wrap?: boolean;
}

interface Props<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}

/** So many rows are drawn at once; the rest on demand, so that ten thousand rows open as fast as ten. */
const FIRST_ROWS = 200;

/** A real table with sortable heads that say so to screen readers. */
export function DataTable<Row>({ caption, columns, rows, rowKey }: Props<Row>) {
  const t = useMessages(kitMessages);
  const [sort, setSort] = useState<{ key: string; down: boolean } | null>(null);
  const [all, setAll] = useState(false);
  const sorted = useMemo(() => {
    const column = columns.find(({ key }) => key === sort?.key);
    return column && sort ? sortRows(rows, column.value, sort.down) : rows;
  }, [rows, columns, sort]);
  const shown = all ? sorted : sorted.slice(0, FIRST_ROWS);
  const toggle = (key: string) => setSort((now) => (now?.key !== key ? { key, down: true } : now.down ? { key, down: false } : null));

  return (
    <>
      {/* A region that scrolls has to be reachable by keyboard: */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.tableWrap} tabIndex={0} role="region" aria-label={caption}>
        <table className={styles.table}>
          <caption className={styles.srOnly}>{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => {
                const down = sort?.key === column.key ? sort.down : null;
                return (
                  <th
                    key={column.key}
                    scope="col"
                    className={column.number ? styles.number : undefined}
                    aria-sort={down === null ? 'none' : down ? 'descending' : 'ascending'}
                  >
                    <button type="button" className={styles.sort} title={t('sort', { column: column.title })} onClick={() => toggle(column.key)}>
                      {column.title}
                      <span aria-hidden="true">{down === null ? '' : down ? ' ↓' : ' ↑'}</span>
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map((column, i) => {
                  const Cell = i === 0 ? 'th' : 'td';
                  const className = [column.number && styles.number, column.wrap && styles.wrap].filter(Boolean).join(' ');
                  return (
                    <Cell key={column.key} scope={i === 0 ? 'row' : undefined} className={className || undefined}>
                      {column.cell(row)}
                    </Cell>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.tableFoot}>
        <span>{t('rows', { n: rows.length })}</span>
        {shown.length < rows.length && (
          <Button size="small" onClick={() => setAll(true)}>
            {t('showAll', { n: rows.length })}
          </Button>
        )}
      </div>
    </>
  );
}

/** Rows without a value stay at the end, whichever way. */
export function sortRows<Row>(rows: readonly Row[], value: (row: Row) => string | number | null, down: boolean): Row[] {
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'zh-CN');
    return down ? -order : order;
  });
}
