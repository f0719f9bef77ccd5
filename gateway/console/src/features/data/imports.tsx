import { useQuery } from '@tanstack/react-query';
import { type Import, importsQuery } from '@/api/imports';
import { useMay } from '@/api/session';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { stateCell } from './cells';
import styles from './data.module.css';
import { ImportPanel } from './import-panel';
import { ListPanel } from './list-panel';
import { messages } from './messages';
import { useSheets } from './sheet';

/** Files that were read in, and what each came to. */
export function Imports() {
  const t = useMessages(messages);
  const format = useFormatter();
  const sheets = useSheets();
  const query = useQuery(importsQuery);
  const reads = useMay('admin');
  const state = ({ done, lag }: Import) => (!done ? t('import.unfinished') : lag > 0 ? t('import.counting', { n: lag }) : t('import.done'));
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);
  const rejected = (one: Import) => sum(one.rejected);
  const unknown = (one: Import) => Object.values(one.unknown).reduce((all, codes) => all + sum(codes), 0);
  const number = (key: string, title: string, value: (one: Import) => number): Column<Import> => ({
    key,
    title,
    number: true,
    cell: (one) => format.integer(value(one)),
    value,
  });
  const columns: Column<Import>[] = [
    { key: 'file', title: t('import.file'), wrap: true, cell: ({ file }) => file.name, value: ({ file }) => file.name },
    { key: 'at', title: t('import.at'), cell: ({ createdAt }) => sheets.instant(createdAt), value: ({ createdAt }) => sheets.instant(createdAt) },
    { key: 'source', title: t('feed.source'), cell: ({ source }) => source, value: ({ source }) => source },
    number('rows', t('import.rows'), ({ rows }) => rows),
    number('accepted', t('counting.accepted'), ({ accepted }) => accepted),
    number('repeated', t('counting.repeated'), ({ repeated }) => repeated),
    number('conflict', t('counting.conflict'), ({ conflict }) => conflict),
    number('rejected', t('import.rejected'), rejected),
    number('unknown', t('import.unknown'), unknown),
    { key: 'state', title: t('import.state'), cell: stateCell(state, ({ done, lag }) => (done && lag === 0 ? 'good' : 'bad')), value: state },
  ];
  return (
    <>
      {reads ? <ImportPanel /> : <p className={styles.note}>{t('import.admins')}</p>}
      <ListPanel
        title={t('part.imports')}
        query={query}
        rowsOf={(imports) => imports}
        columns={columns}
        rowKey={({ id }) => id}
        lead={<p className={styles.note}>{t('imports.note')}</p>}
        empty={<p>{t('imports.first')}</p>}
        height={260}
      />
    </>
  );
}
