import { useMemo } from 'react';
import type { EvidencePoint } from '@/api/warnings';
import { useFormatter } from '@/format/use-formatter';
import { ChartWithTable } from '@/kit/chart-with-table';
import type { ChartContent } from '@/kit/chart-types';
import { fileName } from '@/kit/files';
import { seriesMark } from '@/theme/channels';
import { useWarningWords } from './words';

interface Props {
  title: string;
  summary: string;
  points: readonly EvidencePoint[];
  /** Null: there is none yet. */
  threshold: number | null;
  indicator: string | null;
  height: number;
}

/** The windows that a rule judges, with its threshold as a line. */
export function SeriesChart({ title, summary, points, threshold, indicator, height }: Props) {
  const { t, unitOf, value } = useWarningWords();
  const format = useFormatter();
  const unit = unitOf(indicator);
  const limit = threshold === null ? '' : t('preview.threshold', { threshold: value(indicator, threshold) });
  const content = useMemo<ChartContent>(
    () => ({
      kind: 'line',
      unit,
      series: [{ key: 'figure', name: title, mark: seriesMark(0), points: points.map((point) => ({ ...point, complete: true })) }],
      target: threshold ?? undefined,
      targetText: limit,
      labelOf: (at) => format.at(at),
      tickOf: (at) => format.tickAt(at),
    }),
    [unit, title, points, threshold, limit, format],
  );
  const about = [[title, summary]] as const;
  return <ChartWithTable title={title} summary={summary} height={height} content={content} file={{ name: fileName(title), about }} />;
}
