import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { type Dimension, useNames } from '@/api/catalogue';
import { type Contribution, type Contributions, contributionsQuery } from '@/api/contributions';
import type { Definition } from '@/api/indicators';
import { useReady } from '@/api/operator';
import { filterSearch, useFilters } from '@/filters/filters';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { verdictOf } from '@/kit/delta';
import { ExportMenu } from '@/kit/export-menu';
import { saveCsv, saveXlsx } from '@/kit/files';
import { Panel } from '@/kit/panel';
import styles from './explore.module.css';
import { useFile } from './file';
import { messages } from './messages';
import type { Questions } from './use-explore';

const TOP = 10;
const PARTS: readonly Dimension[] = ['channel', 'service', 'region'];
const SPLIT = new Set(['total', 'rate', 'share']);

/** The largest contributions to a change, which with the rest add up to it. */
export function Changed({ definition, questions }: { definition: Definition; questions: Questions }) {
  const t = useMessages(messages);
  const ready = useReady();
  const by = PARTS.filter((dimension) => definition.dimensions.includes(dimension));
  const able = SPLIT.has(definition.kind) && by.length > 0;
  const compared = questions.total.compare !== 'none';
  const query = useQuery({ ...contributionsQuery(definition.id, { ...questions.total, by }, TOP), enabled: ready && able && compared });
  const none = { data: null, error: null, isPending: false, refetch: query.refetch };
  return (
    <Panel
      title={t('changed')}
      query={able && compared ? query : none}
      height={120}
      isEmpty={(data) => data?.difference === null || data === null}
      emptyFirst={<p>{t(!able ? 'changed.unable' : compared ? 'changed.empty' : 'changed.none')}</p>}
    >
      {(data) => <Parts definition={definition} data={data!} />}
    </Panel>
  );
}

interface Row {
  key: string;
  names: string;
  to: string | null;
  difference: number;
  mix: number | null;
  rate: number | null;
  cross: number | null;
}

function Parts({ definition, data }: { definition: Definition; data: Contributions }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const language = useLanguage();
  const rows = useRows(definition, data);
  const columns = useColumns(definition, rows);
  const file = useFile(definition, 'contributions');
  const sheet = { name: file.name, columns, rows, about: file.about };
  const value = (number: number | null) => (number === null ? '–' : format.value(definition.unit, number));
  return (
    <>
      <div className={styles.top}>
        <p className={styles.note}>
          {t('changed.summary', {
            name: nameIn(definition.names, language),
            before: value(data.baseValue),
            after: value(data.value),
            difference: format.difference(definition.unit, data.difference ?? 0),
          })}
        </p>
        <ExportMenu name={file.name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />
      </div>
      <DataTable caption={t('changed')} columns={columns} rows={rows} rowKey={(row) => row.key} />
    </>
  );
}

function useRows(definition: Definition, data: Contributions): Row[] {
  const t = useMessages(messages);
  const name = useNames();
  const { filters } = useFilters();
  const codes = (part: Contribution) => data.by.map((dimension) => [dimension, part[dimension] ?? ''] as const);
  const linkTo = (part: Contribution) => {
    const search = new URLSearchParams(
      filterSearch({ ...filters, channel: part.channel ? [part.channel] : filters.channel, region: part.region ? [part.region] : filters.region }),
    );
    search.set('i', definition.id);
    if (part.service) search.set('sv', part.service);
    return `?${search}`;
  };
  const rows: Row[] = data.contributions.map((part) => ({
    ...part,
    key: codes(part).map(([, code]) => code).join(' '),
    names: codes(part).map(([dimension, code]) => name(dimension, code)).join(t('separator')),
    to: linkTo(part),
  }));
  const rest = data.rest && { ...data.rest, key: 'rest', names: t('changed.rest', { n: data.rest.parts }), to: null };
  const all = rest ? [...rows, rest] : rows;
  const sum = (pick: (row: Row) => number | null) => (all.some((row) => pick(row) !== null) ? all.reduce((total, row) => total + (pick(row) ?? 0), 0) : null);
  const total: Row = {
    key: 'total',
    names: t('changed.total'),
    to: null,
    difference: data.difference ?? 0,
    mix: sum((row) => row.mix),
    rate: sum((row) => row.rate),
    cross: sum((row) => row.cross),
  };
  return [...all, total];
}

function useColumns(definition: Definition, rows: readonly Row[]): Column<Row>[] {
  const t = useMessages(messages);
  const format = useFormatter();
  // One part of hundreds moves a rate by thousandths of a point.
  const part = (value: number) => (definition.unit === 'rate' ? format.points(value, 3) : format.difference(definition.unit, value));
  const largest = Math.max(...rows.map(({ difference, key }) => (key === 'total' ? 0 : Math.abs(difference))));
  const rate = rows.some(({ mix }) => mix !== null);
  const number = (key: 'difference' | 'mix' | 'rate' | 'cross', title: string): Column<Row> => ({
    key,
    title,
    number: true,
    cell: (row) => (row[key] === null ? '' : part(row[key])),
    value: (row) => row[key],
  });
  return [
    {
      key: 'names',
      title: t('changed.part'),
      wrap: true,
      cell: (row) => (row.to ? <Link to={row.to}>{row.names}</Link> : row.key === 'total' ? <strong>{row.names}</strong> : row.names),
      value: (row) => row.names,
    },
    {
      ...number('difference', t('changed.difference')),
      cell: (row) => (
        <span className={styles.contribution}>
          {row.key !== 'total' && <ContributionBar difference={row.difference} largest={largest} direction={definition.direction} />}
          {part(row.difference)}
        </span>
      ),
    },
    ...(rate ? [number('mix', t('changed.mix')), number('rate', t('changed.rate')), number('cross', t('changed.cross'))] : []),
  ];
}

const BAR = 60;

function ContributionBar({ difference, largest, direction }: { difference: number; largest: number; direction: Definition['direction'] }) {
  const length = largest === 0 ? 0 : (Math.abs(difference) / largest) * BAR;
  const verdict = verdictOf(difference, direction);
  const colour = verdict === 'better' ? 'var(--better)' : verdict === 'worse' ? 'var(--worse)' : 'var(--secondary)';
  return (
    <svg width={BAR * 2} height={12} aria-hidden="true">
      <line x1={BAR} x2={BAR} y1={0} y2={12} stroke="var(--secondary)" />
      <rect x={difference < 0 ? BAR - length : BAR} y={2} width={length} height={8} fill={colour} />
    </svg>
  );
}
