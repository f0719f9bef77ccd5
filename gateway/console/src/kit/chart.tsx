import type { EChartsType } from 'echarts/types/dist/shared';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { useColours, useTheme } from '@/theme/theme';
import { chartOptions } from './chart-options';
import type { ChartContent } from './chart-types';
import styles from './chart.module.css';
import { kitMessages } from './messages';

interface Props {
  content: ChartContent;
  height: number;
  /** What the chart shows, in one sentence. */
  summary: string;
  /** The index of the point that is read, or null. */
  reading: number | null;
  /** Writes what is at a point of the axis, for the box that follows the pointer. */
  describe: (at: string) => HTMLElement;
  frame: RefObject<HTMLDivElement | null>;
}

/** The drawing. The library comes when the first chart is there; figures as text do not wait for it. */
export function Chart({ content, height, summary, reading, describe, frame }: Props) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  const theme = useTheme();
  const colours = useColours();
  const chart = useRef<EChartsType | null>(null);
  const [ready, setReady] = useState(false);

  useEffect(() => {
    let over = false;
    let observer: ResizeObserver | undefined;
    void import('./echarts').then(({ init }) => {
      const element = frame.current;
      if (over || !element) return;
      const drawing = init(element, null, { renderer: 'svg' });
      chart.current = drawing as unknown as EChartsType;
      observer = new ResizeObserver(() => drawing.resize());
      observer.observe(element);
      setReady(true);
    });
    return () => {
      over = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
      setReady(false);
    };
  }, [frame]);

  useEffect(() => {
    if (!ready) return;
    const target = content.target === undefined ? '' : (content.targetText ?? t('target', { target: format.value(content.unit, content.target) }));
    const options = chartOptions(content, format, colours, theme, { target });
    const tooltip = { ...options.tooltip, className: styles.tooltip, formatter: (points: unknown) => describe(atOf(points)) };
    // Nothing is animated anew, and a point being read stays read: [P4].
    chart.current?.setOption({ ...options, tooltip } as never, { replaceMerge: ['series'], lazyUpdate: true });
  }, [ready, content, format, theme, colours, describe, t]);

  useEffect(() => {
    if (!ready) return;
    if (reading === null) chart.current?.dispatchAction({ type: 'hideTip' });
    else chart.current?.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: reading });
  }, [ready, reading]);

  return <div ref={frame} className={styles.canvas} style={{ height }} role="img" aria-label={summary} />;
}

function atOf(points: unknown): string {
  const list = points as { axisValue?: string }[] | { name: string };
  return Array.isArray(list) ? (list[0]?.axisValue ?? '') : list.name;
}
