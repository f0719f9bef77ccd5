import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import { type Preview, previewQuery, type RuleInput } from '@/api/warnings';
import { useNames } from '@/api/catalogue';
import { useFormatter } from '@/format/use-formatter';
import { type Column, DataTable } from '@/kit/data-table';
import { Panel } from '@/kit/panel';
import { SeriesChart } from './series-chart';
import { useWarningWords } from './words';
import styles from './warnings.module.css';

/** Who types is not asked for after each digit. */
const PAUSE = 350;

/** The last 30 days with the line (without one while there is no threshold), and how often it would have fired, before anything is saved. */
export function RulePreview({ rule, whole }: { rule: RuleInput; whole: boolean }) {
  const { t } = useWarningWords();
  const settled = useSettled({ rule, whole });
  const query = useQuery({ ...previewQuery(settled.rule), placeholderData: keepPreviousData });
  return (
    <div className={styles.preview}>
      <Panel title={t('preview')} query={query} height={360}>
        {(preview) => <Fired preview={preview} rule={settled.rule} whole={settled.whole && !query.isPlaceholderData} />}
      </Panel>
    </div>
  );
}

function useSettled<T>(value: T): T {
  const key = JSON.stringify(value);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), PAUSE);
    return () => clearTimeout(timer);
  }, [key]);
  return JSON.parse(useDeferredValue(settled)) as T;
}

type Occurrence = Preview['occurrences'][number];

function Fired({ preview, rule, whole }: { preview: Preview; rule: RuleInput; whole: boolean }) {
  const words = useWarningWords();
  const { t, metric } = words;
  const format = useFormatter();
  const name = useNames();
  const sentence = whole ? t('preview.fired', { n: preview.fired, days: preview.days }) : t('preview.incomplete');
  const late = rule.indicator === null;
  const columns: Column<Occurrence>[] = [
    { key: 'from', title: t('preview.from'), cell: ({ from }) => format.at(from), value: ({ from }) => from },
    { key: 'to', title: t('preview.to'), cell: ({ to }) => (to ? format.at(to) : t('going')), value: ({ to }) => to },
    late
      ? { key: 'source', title: t('preview.source'), cell: ({ source, channel }) => t('headline', { metric: source ?? '', scope: name('channel', channel ?? '') }), value: ({ source }) => source }
      : {
          key: 'value',
          title: t('preview.worst'),
          number: true,
          cell: ({ value }) => (value === null ? '–' : words.value(rule.indicator, value)),
          value: ({ value }) => value,
        },
    ...(late ? [] : [{ key: 'n', title: 'n', number: true, cell: ({ n }: Occurrence) => format.integer(n), value: ({ n }: Occurrence) => n }]),
  ];
  return (
    <>
      <p className={whole ? styles.fired : styles.note} role="status">
        {sentence}
      </p>
      <p className={styles.note}>
        {preview.judgedTo && <span>{t('preview.judged', { time: format.at(preview.judgedTo) })}</span>}
        {preview.minimumN !== null && preview.minimumN > 1 && <span>{t('preview.few', { minimum: preview.minimumN })}</span>}
      </p>
      {preview.series.length > 0 && (
        <SeriesChart title={metric(rule.indicator)} summary={sentence} points={preview.series} threshold={whole ? preview.threshold : null} indicator={rule.indicator} height={220} />
      )}
      {preview.occurrences.length > 0 && (
        <>
          <h3 className={styles.part}>{t('preview.list')}</h3>
          <DataTable caption={t('preview.list')} columns={columns} rows={preview.occurrences} rowKey={({ from, source, channel }) => `${from} ${source} ${channel}`} />
        </>
      )}
    </>
  );
}
