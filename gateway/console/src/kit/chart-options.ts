import type { Formatter, Scale } from '@/format/format';
import type { Colours } from '@/theme/colours';
import type { Theme } from '@/theme/theme';
import { axisOf, type ChartContent, type ChartSeries } from './chart-types';

/** What the chart library is told. Plain data, so that it can be tested without drawing. */
export function chartOptions(content: ChartContent, format: Formatter, colours: Colours, theme: Theme, words: { target: string }) {
  const axis = axisOf(content.series, content.kind);
  const largest = Math.max(0, ...content.series.flatMap(({ points }) => points.map(({ value }) => Math.abs(value ?? 0))));
  const scale = format.axis(content.unit, largest);
  const many = content.series.filter(({ compared }) => !compared).length;
  const endLabels = content.kind === 'line' && many > 1 && many <= 5;
  const drawing: Drawing = { content, axis, colours, theme, endLabel: endLabels, words };
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', color: colours.secondary },
    grid: { left: 8, right: endLabels ? 96 : 16, top: 28, bottom: 8, containLabel: true, outerBoundsMode: 'same' as const },
    tooltip: { trigger: 'axis' as const, confine: true, renderMode: 'html' as const },
    xAxis: {
      type: 'category' as const,
      data: axis,
      boundaryGap: content.kind === 'bar',
      axisLine: { lineStyle: { color: colours.border } },
      axisTick: { show: false },
      axisLabel: { color: colours.secondary, formatter: content.tickOf, hideOverlap: true },
    },
    yAxis: yAxis(content, scale, format, colours),
    series: [
      ...content.series.flatMap((series) => (content.kind === 'bar' ? bar(series, drawing) : lines(series, drawing))),
      ...(content.target === undefined ? [] : [targetLine(content.target, drawing)]),
    ],
  };
}

function yAxis(content: ChartContent, scale: Scale, format: Formatter, colours: Colours) {
  const values = content.series.flatMap(({ points }) => points.flatMap(({ value }) => (value === null ? [] : [value])));
  const from = content.kind === 'line' && content.unit === 'rate' ? Math.min(...values) : 0;
  const spread = (Math.max(0, ...values) - from) / scale.divisor;
  // There is no half of a case or of a customer.
  const whole = scale.divisor === 1 && (content.unit === 'count' || content.unit === 'customers');
  const digits = whole || spread >= 5 || spread <= 0 ? 0 : spread >= 0.5 ? 1 : 2;
  return {
    type: 'value' as const,
    name: scale.suffix,
    nameTextStyle: { color: colours.secondary, align: 'right' as const },
    minInterval: whole ? 1 : 0,
    // Rates near 100 % differ in their last tenth, a line may begin where they are; a bar's length is its value, it begins at zero.
    scale: content.kind === 'line' && content.unit === 'rate',
    axisLabel: { color: colours.secondary, formatter: (value: number) => format.tick(value, scale, digits) },
    splitLine: { lineStyle: { color: colours.grid } },
  };
}

interface Drawing {
  content: ChartContent;
  axis: readonly string[];
  colours: Colours;
  theme: Theme;
  endLabel: boolean;
  words: { target: string };
}

/** What is not finished is hollow and dashed, as with lines. [N3] */
function bar(series: ChartSeries, { content, axis, colours, theme }: Drawing): object {
  const unfinished = { color: colours.surface, borderColor: series.mark[theme], borderWidth: 1.5, borderType: [3, 3] };
  const points = new Map(series.points.map((point) => [point.at, point]));
  return {
    ...common(series, series.mark[theme]),
    type: 'bar',
    barMaxWidth: 28,
    itemStyle: { color: series.mark[theme], opacity: series.compared ? 0.45 : 1, borderRadius: 2 },
    data: axis.map((at) => {
      const point = points.get(at);
      return point?.complete === false ? { value: point.value, itemStyle: unfinished } : (point?.value ?? null);
    }),
    ...marks(content, colours, series === content.series[0]),
  };
}

/** Two lines: what is finished; and from its last point on, dashed and with a hollow point, what is not. [N3] */
function lines(series: ChartSeries, { content, axis, colours, theme, endLabel }: Drawing): object[] {
  const points = new Map(series.points.map((point) => [point.at, point]));
  const colour = series.mark[theme];
  const dash = series.compared ? [2, 4] : [...series.mark.dash];
  const value = (at: string) => points.get(at)?.value ?? null;
  const open = axis.map((at) => points.get(at)?.complete === false);
  const style = { color: colour, width: series.compared ? 1.4 : 2, opacity: series.compared ? 0.8 : 1 };
  const last = series.compared || !endLabel ? -1 : axis.findLastIndex((at, i) => !open[i] && value(at) !== null);
  const label = { show: true, position: 'right', formatter: series.name, color: colours.text, width: 88, overflow: 'truncate' };
  const finished = {
    ...common(series, colour),
    type: 'line',
    symbol: series.mark.marker,
    symbolSize: 6,
    showSymbol: axis.length <= 45 && !series.compared,
    sampling: 'lttb',
    connectNulls: false,
    lineStyle: { ...style, type: dash.length > 0 ? dash : 'solid' },
    data: axis.map((at, i) => (open[i] ? null : i === last ? { value: value(at), label, symbolSize: 6 } : value(at))),
    labelLayout: { moveOverlap: 'shiftY' },
    ...marks(content, colours, series === content.series[0]),
  };
  const unfinished = {
    ...common(series, colour),
    id: `${series.key}:open`,
    type: 'line',
    symbol: 'emptyCircle',
    showSymbol: true,
    lineStyle: { ...style, type: [3, 4] },
    data: axis.map((at, i) => (open[i] || open[i + 1] ? { value: value(at), symbolSize: open[i] ? 7 : 0 } : null)),
  };
  return open.includes(true) ? [finished, unfinished] : [finished];
}

/** A line of its own, so that the axis makes room for it. */
function targetLine(target: number, { axis, colours, words }: Drawing): object {
  // On a ground of its own, or the lines it lies over make it hard to read.
  const label = { show: true, position: [0, -18], formatter: words.target, color: colours.text, fontSize: 11, backgroundColor: colours.surface, padding: 2 };
  return {
    id: 'target',
    type: 'line',
    symbol: 'circle',
    symbolSize: 0.1,
    silent: true,
    z: 3,
    lineStyle: { color: colours.text, width: 1 },
    data: axis.map((_, i) => (i === 0 ? { value: target, label } : target)),
  };
}

function common(series: ChartSeries, colour: string) {
  return { id: series.key, name: series.name, itemStyle: { color: colour }, emphasis: { disabled: true }, z: series.compared ? 1 : 2 };
}

function marks(content: ChartContent, colours: Colours, first: boolean) {
  if (!first) return {};
  const label = { color: colours.text, fontSize: 11 };
  const points = (content.annotations ?? []).filter(({ to }) => to === undefined);
  const spans = (content.annotations ?? []).filter(({ to }) => to !== undefined);
  const lines = points.map(({ from, text, holiday }) => ({
    xAxis: from,
    // A holiday stands above, as the longer ones do; a note along its line, since many may stand side by side.
    label: { ...label, formatter: text, ...(holiday ? { position: 'end' as const, rotate: 0 } : { position: 'insideEndTop' as const }) },
    lineStyle: { type: 'dotted' as const, ...(holiday ? { color: colours.border } : {}) },
  }));
  return {
    markLine: { symbol: 'none', animation: false, silent: true, lineStyle: { color: colours.text, width: 1 }, data: lines },
    markArea: {
      silent: true,
      itemStyle: { color: colours.primary, opacity: 0.1 },
      label,
      data: spans.map(({ from, to, text, holiday }) => [
        { xAxis: from, name: text, ...(holiday ? { itemStyle: { color: colours.secondary } } : {}) },
        { xAxis: to },
      ]),
    },
  };
}
