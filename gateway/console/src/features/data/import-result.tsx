import { Button } from 'antd';
import { Link } from 'react-router';
import type { Import } from '@/api/imports';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { fileName, saveCsv } from '@/kit/files';
import styles from './data.module.css';
import { useCauses } from './import-preview';
import { messages } from './messages';
import type { Reject } from './run-import';

interface Props {
  done: Import;
  rejects: readonly Reject[];
  onAgain: () => void;
}

interface Unknown {
  field: string;
  code: string;
  n: number;
}

/** What an import came to: the counts of its resource, causes with the rows as a file, codes that nobody knows. */
export function ImportResult({ done, rejects, onAgain }: Props) {
  const t = useMessages(messages);
  const format = useFormatter();
  const cause = useCauses();
  const rejected = Object.entries(done.rejected);
  const figures: [string, number][] = [
    [t('import.rows'), done.rows],
    [t('counting.accepted'), done.accepted],
    [t('counting.repeated'), done.repeated],
    [t('counting.conflict'), done.conflict],
    [t('import.rejected'), rejected.reduce((all, [, n]) => all + n, 0)],
  ];
  const columns: Column<[string, number]>[] = [
    { key: 'cause', title: t('import.cause'), cell: ([name]) => cause(name), value: ([name]) => cause(name) },
    { key: 'n', title: t('import.rows'), number: true, cell: ([, n]) => format.integer(n), value: ([, n]) => n },
  ];
  const unknown: Unknown[] = Object.entries(done.unknown).flatMap(([field, codes]) => Object.entries(codes).map(([code, n]) => ({ field, code, n })));
  return (
    <div className={styles.dialogParts} role="status">
      <p>{t('import.finished', { file: done.file.name })}</p>
      <dl className={styles.figures}>
        {figures.map(([label, n]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{format.integer(n)}</dd>
          </div>
        ))}
      </dl>
      {rejected.length > 0 && <DataTable caption={t('import.rejected')} columns={columns} rows={rejected} rowKey={([name]) => name} />}
      {unknown.length > 0 && <UnknownList codes={unknown} />}
      <div className={styles.buttonsWrap}>
        {rejects.length > 0 && <Button onClick={() => saveRejects(done.file.name, rejects)}>{t('import.rejects.save')}</Button>}
        <Button type="primary" onClick={onAgain}>
          {t('import.again')}
        </Button>
      </div>
    </div>
  );
}

function UnknownList({ codes }: { codes: readonly Unknown[] }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const field = (one: Unknown) => t(`dimension.${one.field as 'channel'}`);
  const columns: Column<Unknown>[] = [
    { key: 'code', title: t('unknown.raw'), cell: ({ code }) => code, value: ({ code }) => code },
    { key: 'field', title: t('unknown.field'), cell: field, value: field },
    { key: 'n', title: t('unknown.events'), number: true, cell: ({ n }) => format.integer(n), value: ({ n }) => n },
  ];
  return (
    <>
      <DataTable caption={t('part.unknown')} columns={columns} rows={codes} rowKey={(one) => `${one.field} ${one.code}`} />
      <p>
        <Link to="?t=unknown">{t('import.unknown.assign')}</Link>
      </p>
    </>
  );
}

/** With the columns of the command line's file. */
function saveRejects(file: string, rejects: readonly Reject[]): void {
  const text = (key: 'row' | 'line' | 'cause' | 'text'): Column<Reject> => ({ key, title: key, cell: () => null, value: (one) => one[key] });
  const rows = rejects.toSorted((one, other) => one.row - other.row);
  saveCsv({ name: fileName(file, 'rejects'), columns: [text('row'), text('line'), text('cause'), text('text')], rows, about: [] });
}
