import type { Annotation } from '@/kit/chart-types';

/** Annotations are of days; on an axis of hours or months they stand at the point that holds their day. */
export function placed(marks: readonly Annotation[], values: readonly { at: string }[]): Annotation[] {
  const axis = [...new Set(values.map(({ at }) => at))].sort();
  const first = (day: string) => axis.find((at) => at.slice(0, 10) >= day.slice(0, Math.min(10, at.length)));
  return marks.flatMap(({ from, to = from, ...rest }) => {
    const start = first(from);
    if (start === undefined) return [];
    const end = axis.findLast((at) => at.slice(0, 10) <= to.slice(0, Math.min(10, at.length)));
    return [end === undefined || end <= start ? { from: start, ...rest } : { from: start, to: end, ...rest }];
  });
}
