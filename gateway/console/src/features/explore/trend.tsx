import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Dimension, useNames } from '@/api/catalogue';
import { holidaysQuery } from '@/api/holidays';
import { type Definition, fileHref, type Value, type Values, valuesQuery } from '@/api/indicators';
import { useReady } from '@/api/operator';
import { attainmentQuery } from '@/api/targets';
import { annotationsQuery } from '@/api/views';
import { addDays, monthOf } from '@/filters/period';
import { useFilterWords } from '@/filters/words';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import type { Annotation as Mark, ChartContent, ChartSeries } from '@/kit/chart-types';
import { ChartWithTable } from '@/kit/chart-with-table';
import { kitMessages } from '@/kit/messages';
import { Panel, together } from '@/kit/panel';
import { SmallMultiples } from '@/kit/small-multiples';
import { groupBy } from '@/lib/group-by';
import { channelMark, COMPARED_MARK, seriesMark } from '@/theme/channels';
import styles from './explore.module.css';
import { useFile } from './file';
import { placed } from './marks';
import { messages } from './messages';
import { extremesOf } from './question';
import type { Questions } from './use-explore';

/** More than five lines tangle: from there on each has a drawing of its own. [N6] */
const MOST_LINES = 5;
const MOST_CELLS = 12;

export function Trend({ definition, questions }: { definition: Definition; questions: Questions }) {
  const t = useMessages(messages);
  const language = useLanguage();
  const words = useFilterWords();
  const ready = useReady();
  const lines = useQuery({ ...valuesQuery(definition.id, questions.line), enabled: ready });
  const notes = useQuery({ ...annotationsQuery(questions.line.from, questions.line.to), enabled: ready });
  const holidays = useHolidays(questions);
  const name = nameIn(definition.names, language);
  const title = questions.by ? t('trend.by', { name, dimension: words.dimension(questions.by) }) : t('trend', { name });
  return (
    <Panel title={title} query={together(lines, notes)} height={380} isEmpty={([{ values }]) => values.length === 0}>
      {([values, annotations]) => (
        <Drawn
          definition={definition}
          questions={questions}
          title={title}
          values={values}
          marks={[
            ...holidays,
            ...annotations
              .filter(({ indicator }) => indicator === null || indicator === definition.id)
              .map(({ from, to, text }) => ({ from, to: addDays(to, -1), text })),
          ]}
        />
      )}
    </Panel>
  );
}

/** What explains a dip or a peak of days; months hold all kinds of days. [N7] */
function useHolidays({ line: { from, to, grain } }: Questions): Mark[] {
  const language = useLanguage();
  const ready = useReady();
  const { data } = useQuery({ ...holidaysQuery(from, to), enabled: ready && grain !== 'month' });
  return useMemo(
    () => (data ?? []).map((one) => ({ from: one.from, to: addDays(one.to, -1), text: nameIn(one.names, language), holiday: true })),
    [data, language],
  );
}

/** The target of the period's last month for what is shown, where a line can be held against it: a sum of a month is none of a day. */
function useTarget(definition: Definition, { total, by }: Questions): number | undefined {
  const month = monthOf(addDays(total.to, -1));
  const comparable = definition.unit === 'rate' || definition.unit === 'ms';
  const { data } = useQuery({ ...attainmentQuery(month), enabled: comparable && by === null });
  const scope = (codes: readonly string[] | undefined) => (!codes?.length ? null : codes.length === 1 ? codes[0]! : undefined);
  if (!comparable || by !== null || total.brand?.length || total.service?.length) return undefined;
  return data?.targets.find(
    ({ indicator, channel, region }) => indicator === definition.id && channel === scope(total.channel) && region === scope(total.region),
  )?.target;
}

interface DrawnProps {
  definition: Definition;
  questions: Questions;
  title: string;
  values: Values;
  /** First and last day of each. */
  marks: readonly Mark[];
}

function Drawn({ definition, questions, title, values, marks }: DrawnProps) {
  const t = useMessages(messages);
  const format = useFormatter();
  const language = useLanguage();
  const series = useSeries(definition, questions, values);
  const file = useFile(definition, 'trend');
  const target = useTarget(definition, questions);
  const content = useMemo<ChartContent>(
    () => ({
      kind: 'line',
      unit: definition.unit,
      series: series.slice(0, questions.by ? MOST_CELLS : 2),
      annotations: placed(marks, values.values),
      target,
      labelOf: (at) => format.at(at),
      tickOf: (at) => format.tickAt(at),
    }),
    [definition, series, questions.by, marks, values, target, format],
  );
  const name = nameIn(definition.names, language);
  const found = extremesOf(series[0]?.points ?? []);
  const value = (number: number) => format.value(definition.unit, number);
  const summary = found
    ? t('trend.summary', {
        name: questions.by ? series[0]!.name : name,
        last: value(found.last.value),
        lastAt: format.at(found.last.at),
        high: value(found.high.value),
        highAt: format.at(found.high.at),
        low: value(found.low.value),
        lowAt: format.at(found.low.at),
      })
    : t('trend.empty', { name });
  const many = questions.by !== null && series.length > MOST_LINES;
  return (
    <>
      <ChartWithTable
        title={title}
        content={content}
        summary={summary}
        height={320}
        file={file}
        hrefs={{ csv: fileHref(definition.id, questions.line, 'csv'), xlsx: fileHref(definition.id, questions.line, 'xlsx') }}
        drawing={many ? <Multiples definition={definition} series={content.series} /> : undefined}
      />
      {series.length > MOST_CELLS && questions.by && <p className={styles.note}>{t('trend.some', { n: MOST_CELLS, all: String(series.length) })}</p>}
    </>
  );
}

function Multiples({ definition, series }: { definition: Definition; series: readonly ChartSeries[] }) {
  const t = useMessages(messages);
  const kit = useMessages(kitMessages);
  const format = useFormatter();
  const cells = series.map((one) => {
    const found = extremesOf(one.points);
    const value = (number: number) => format.value(definition.unit, number);
    return {
      series: one,
      head: (
        <div className={styles.cellHead}>
          <span>{one.name}</span>
          <strong>{found ? value(found.last.value) : kit('noData')}</strong>
        </div>
      ),
      label: found
        ? t('trend.summary', {
            name: one.name,
            last: value(found.last.value),
            lastAt: format.at(found.last.at),
            high: value(found.high.value),
            highAt: format.at(found.high.at),
            low: value(found.low.value),
            lowAt: format.at(found.low.at),
          })
        : t('trend.empty', { name: one.name }),
    };
  });
  return <SmallMultiples cells={cells} unit={definition.unit} />;
}

/** One line and what it is compared with; or one for each code, the largest first. */
function useSeries(definition: Definition, { by }: Questions, { values }: Values): ChartSeries[] {
  const kit = useMessages(kitMessages);
  const language = useLanguage();
  const codeName = useNames();
  const name = nameIn(definition.names, language);
  const compared = kit('comparison', { name });
  return useMemo(() => {
    if (!by) return [{ key: definition.id, name, mark: seriesMark(0), points: values }, ...comparedSeries(values, compared)];
    const groups = groupBy(values, (value) => value[by] ?? '');
    const size = (points: readonly Value[]) => points.reduce((sum, { n }) => sum + n, 0);
    return [...groups]
      .sort(([, a], [, b]) => size(b) - size(a))
      .map(([code, points], i) => ({ key: code, name: codeName(by, code), mark: markOf(by, code, i), points }));
  }, [by, values, definition, name, compared, codeName]);
}

function markOf(by: Dimension, code: string, index: number) {
  return by === 'channel' ? channelMark(code) : seriesMark(index);
}

function comparedSeries(values: readonly Value[], name: string): ChartSeries[] {
  const points = values.flatMap(({ at, comparison }) =>
    comparison ? [{ at, value: comparison.value, low: null, high: null, complete: true }] : [],
  );
  return points.some(({ value }) => value !== null) ? [{ key: 'compared', name, mark: COMPARED_MARK, points, compared: true }] : [];
}
