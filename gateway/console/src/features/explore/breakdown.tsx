import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { type Dimension, useNames } from '@/api/catalogue';
import { type Definition, fileHref, type Question, type Value, valuesQuery } from '@/api/indicators';
import { useReady } from '@/api/operator';
import { useFilterWords } from '@/filters/words';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { Delta } from '@/kit/delta';
import { ExportMenu } from '@/kit/export-menu';
import { saveCsv, saveXlsx } from '@/kit/files';
import { kitMessages } from '@/kit/messages';
import { Panel } from '@/kit/panel';
import styles from './explore.module.css';
import { useFile } from './file';
import { messages } from './messages';
import { useDrill } from './use-explore';

interface Props {
  definition: Definition;
  by: Dimension;
  question: Question;
}

/** The figure of each code, with what it is made of; a name narrows to it. [N8] */
export function Breakdown({ definition, by, question }: Props) {
  const t = useMessages(messages);
  const words = useFilterWords();
  const ready = useReady();
  const query = useQuery({ ...valuesQuery(definition.id, question), enabled: ready });
  const columns = useColumns(definition, by);
  const file = useFile(definition, by);
  const rows = query.data?.values ?? [];
  const sheet = { name: file.name, columns, rows, about: file.about };
  const title = t('breakdown', { dimension: words.dimension(by) });
  const menu = (
    <ExportMenu
      name={file.name}
      hrefs={{ csv: fileHref(definition.id, question, 'csv'), xlsx: fileHref(definition.id, question, 'xlsx') }}
      csv={() => saveCsv(sheet)}
      xlsx={() => void saveXlsx(sheet)}
    />
  );
  return (
    <Panel title={title} query={query} height={300} isEmpty={({ values }) => values.length === 0} actions={menu}>
      {({ values }) => (
        <>
          <p className={styles.note}>{t('breakdown.note')}</p>
          <DataTable caption={title} columns={columns} rows={values} rowKey={(row) => row[by] ?? ''} />
        </>
      )}
    </Panel>
  );
}

function useColumns(definition: Definition, by: Dimension): Column<Value>[] {
  const t = useMessages(messages);
  const kit = useMessages(kitMessages);
  const format = useFormatter();
  const words = useFilterWords();
  const name = useNames();
  const drill = useDrill(definition);
  const unit = definition.unit;
  const rate = definition.denominator !== null;
  const integer = (title: string, key: 'n' | 'numerator' | 'denominator'): Column<Value> => ({
    key,
    title,
    number: true,
    cell: (row) => (row[key] === null ? '' : format.integer(row[key])),
    value: (row) => row[key],
  });
  const few = (row: Value) => unit === 'rate' && row.n < definition.minimumN;
  const shown = (row: Value) => {
    if (row.value === null) return kit('noData');
    return few(row) ? t('few', { n: format.integer(row.n) }) : format.exact(unit, row.value);
  };
  return [
    {
      key: 'code',
      title: words.dimension(by),
      cell: (row) => <Link to={drill(by, row[by] ?? '')}>{name(by, row[by] ?? '')}</Link>,
      value: (row) => name(by, row[by] ?? ''),
    },
    { key: 'value', title: t('value'), number: true, cell: shown, value: (row) => row.value },
    {
      key: 'interval',
      title: t('interval'),
      number: true,
      cell: (row) => (row.low === null || row.high === null ? '' : `${format.exact(unit, row.low)} – ${format.exact(unit, row.high)}`),
      value: (row) => row.low,
    },
    ...(rate ? [integer(t('numerator'), 'numerator'), integer(t('denominator'), 'denominator')] : []),
    integer(t('n'), 'n'),
    {
      key: 'before',
      title: t('before'),
      number: true,
      cell: (row) => (row.comparison?.value === null || !row.comparison ? '' : format.exact(unit, row.comparison.value)),
      value: (row) => row.comparison?.value ?? null,
    },
    {
      key: 'change',
      title: t('change'),
      cell: (row) =>
        row.comparison && row.value !== null && !few(row) ? <Delta value={row.value} comparison={row.comparison} definition={definition} /> : '',
      value: (row) => row.comparison?.difference ?? null,
    },
  ];
}
