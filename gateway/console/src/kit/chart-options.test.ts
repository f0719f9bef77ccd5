import { describe, expect, it } from 'vitest';
import { Formatter } from '@/format/format';
import { channelMark } from '@/theme/channels';
import { LIGHT } from '@/theme/colours';
import { chartOptions } from './chart-options';
import type { ChartContent, ChartPoint } from './chart-types';

const point = (at: string, value: number | null, complete = true): ChartPoint => ({ at, value, complete });
const content = (points: ChartPoint[], part: Partial<ChartContent> = {}): ChartContent => ({
  kind: 'line',
  unit: 'rate',
  series: [{ key: 'app', name: 'App', mark: channelMark('app'), points }],
  labelOf: (at) => at,
  tickOf: (at) => at,
  ...part,
});
const drawn = (one: ChartContent) => chartOptions(one, new Formatter('en'), LIGHT, 'light', { target: 'Target 95%' }) as unknown as {
  series: { id: string; data: unknown[]; lineStyle?: { type: unknown }; symbol?: string; markLine?: { data: unknown[] } }[];
  yAxis: { scale: boolean; name: string };
};

describe('a line', () => {
  it('that is over is one line, never dashed', () => {
    const { series } = drawn(content([point('2026-11-01', 0.9), point('2026-11-02', 0.91)]));
    expect(series.map(({ id }) => id)).toEqual(['app']);
    expect(series[0]!.lineStyle!.type).toBe('solid');
  });

  it('that goes on ends dashed with a hollow point', () => {
    const { series } = drawn(content([point('2026-11-01', 0.9), point('2026-11-02', 0.5, false)]));
    expect(series[0]!.data).toEqual([0.9, null]);
    expect(series[1]!.symbol).toBe('emptyCircle');
    expect(series[1]!.data).toEqual([{ value: 0.9, symbolSize: 0 }, { value: 0.5, symbolSize: 7 }]);
  });

  it('has a gap where there is no data, not a zero', () => {
    const { series } = drawn(content([point('2026-11-01', 0.9), point('2026-11-02', null), point('2026-11-03', 0.9)]));
    expect(series[0]!.data).toEqual([0.9, null, 0.9]);
  });

  it('marks a holiday by its name, paler than a note', () => {
    const annotations = [{ from: '2026-11-01', text: 'note' }, { from: '2026-11-02', text: 'Holiday', holiday: true }];
    const { series } = drawn(content([point('2026-11-01', 0.9), point('2026-11-02', 0.91)], { annotations }));
    expect(series[0]!.markLine!.data).toMatchObject([{ label: { formatter: 'note' } }, { label: { formatter: 'Holiday' }, lineStyle: { color: LIGHT.border } }]);
  });

  it('of rates begins where they are, and shows the target', () => {
    const { yAxis, series } = drawn(content([point('2026-11-01', 0.97)], { target: 0.95 }));
    expect(yAxis).toMatchObject({ scale: true, name: '%' });
    expect(series.at(-1)).toMatchObject({ id: 'target', data: [{ value: 0.95 }] });
  });
});

it('bars begin at zero', () => expect(drawn(content([point('app', 0.97)], { kind: 'bar' })).yAxis.scale).toBe(false));
