import type { Formatter } from '@/format/format';
import type { Translate } from '@/i18n/messages';
import type { ChartContent, ChartPoint, ChartSeries } from './chart-types';
import styles from './chart.module.css';
import type { Column } from './data-table';
import type { kitMessages } from './messages';

type T = Translate<keyof (typeof kitMessages)['en']>;

export interface ChartRow {
  series: ChartSeries;
  point: ChartPoint;
}

export function chartRows(content: ChartContent): ChartRow[] {
  return content.series.flatMap((series) => series.points.map((point) => ({ series, point })));
}

/** The table behind a chart: the same numbers, exact. */
export function chartColumns(content: ChartContent, t: T, format: Formatter): Column<ChartRow>[] {
  const withN = content.series.some(({ points }) => points.some(({ n }) => n !== undefined));
  const withInterval = content.series.some(({ points }) => points.some(({ low }) => low !== undefined && low !== null));
  const number = (pick: (point: ChartPoint) => number | null | undefined, exact: (value: number) => string) => ({
    number: true,
    value: ({ point }: ChartRow) => pick(point) ?? null,
    cell: ({ point }: ChartRow) => (pick(point) === null || pick(point) === undefined ? t('noData') : exact(pick(point)!)),
  });
  const inUnit = (value: number) => format.exact(content.unit, value);
  const label = ({ point }: ChartRow) =>
    point.complete ? content.labelOf(point.at) : t('incomplete.point', { at: content.labelOf(point.at) });
  return [
    { key: 'at', title: t('time'), cell: label, value: ({ point }) => point.at },
    { key: 'series', title: t('series'), cell: ({ series }) => series.name, value: ({ series }) => series.name },
    { key: 'value', title: t('value'), ...number((point) => point.value, inUnit) },
    ...(withInterval
      ? [
          { key: 'low', title: t('low'), ...number((point) => point.low, inUnit) },
          { key: 'high', title: t('high'), ...number((point) => point.high, inUnit) },
        ]
      : []),
    ...(withN ? [{ key: 'n', title: 'n', ...number((point) => point.n, (value) => format.integer(value)) }] : []),
  ];
}

/** A point in words: for screen readers. */
export function describePoint(content: ChartContent, at: string, format: Formatter, t: T): string {
  const values = content.series.flatMap(({ name, points }) => {
    const point = points.find((one) => one.at === at);
    return point ? [t('point', { name, value: valueText(point, content, format, t) })] : [];
  });
  return [headOf(content, at, t), ...values].join(t('list'));
}

/** The point, and what was written beside it: a holiday, a note. */
function headOf(content: ChartContent, at: string, t: T): string {
  const notes = (content.annotations ?? []).filter(({ from, to = from }) => from <= at && at <= to).map(({ text }) => text);
  return [content.labelOf(at), ...notes].join(t('list'));
}

function valueText(point: ChartPoint, content: ChartContent, format: Formatter, t: T): string {
  if (point.value === null) return t('noData');
  const value = format.exact(content.unit, point.value);
  return point.complete ? value : t('incomplete.point', { at: value });
}

/** The box beside the pointer. Elements in place of HTML: the content security policy takes no style attributes, and names are no code. */
export function tipElement(content: ChartContent, at: string, format: Formatter, t: T): HTMLElement {
  const box = document.createElement('div');
  box.className = styles.tip!;
  const head = document.createElement('strong');
  head.textContent = headOf(content, at, t);
  box.append(head);
  for (const { name, points } of content.series) {
    const point = points.find((one) => one.at === at);
    if (!point) continue;
    const cells = [name, valueText(point, content, format, t), point.n === undefined ? '' : t('n', { n: format.integer(point.n) })];
    for (const text of cells) {
      const cell = document.createElement('span');
      cell.textContent = text;
      box.append(cell);
    }
  }
  return box;
}
