import type { ArchiveMonth, Entry, Share, Verdict } from '@/api/archive';
import { addMonths, monthOf } from '@/filters/period';

/** So many months are shown, the last of them the running one. */
export const SPANS = ['12', '24', '60'] as const;

export function spanOf(today: string, months: number): { from: string; to: string } {
  const to = monthOf(today);
  return { from: addMonths(to, 1 - months), to };
}

export function countOf(shares: readonly Share[], code: string): number {
  return shares.find((share) => share.code === code)?.count ?? 0;
}

/** Null where there is nothing to count. */
export function rateOf({ count, of }: Share): number | null {
  return of === 0 ? null : count / of;
}

/** The last month that has a case; where none has one, the last. */
export function lastWithCases(months: readonly ArchiveMonth[]): ArchiveMonth | undefined {
  return months.findLast(({ cases }) => cases > 0) ?? months.at(-1);
}

/** From a measure's first month to the running one, the newest first; its first alone where that is still to come. */
export function judgeable(from: string, today: string): string[] {
  const thisMonth = monthOf(today);
  const last = thisMonth > from ? thisMonth : from;
  const months: string[] = [];
  for (let month = last; month >= from; month = addMonths(month, -1)) months.push(month);
  return months;
}

export interface Judged {
  entry: Entry;
  verdict: Verdict;
}

export interface TakenMeasure {
  /** 1, 2, 3 … in the order in which they were taken: what the chart calls it. */
  order: number;
  entry: Entry;
  /** The newest first. */
  verdicts: readonly Judged[];
}

/** Measures with what was judged of them, the newest first. Entries come the newest first, too. */
export function withVerdicts({ measures, verdicts }: { measures: readonly Entry[]; verdicts: readonly Entry[] }): TakenMeasure[] {
  const judged = verdicts.flatMap((entry) => (entry.verdict ? [{ entry, verdict: entry.verdict }] : []));
  return measures.map((entry, i) => ({
    order: measures.length - i,
    entry,
    verdicts: judged.filter(({ verdict }) => verdict.measure === entry.subject),
  }));
}

/** What holds: the last said of the latest month judged. */
export function standing({ verdicts }: TakenMeasure): Verdict | null {
  const latest = verdicts.reduce((month, { verdict }) => (verdict.month > month ? verdict.month : month), '');
  return verdicts.find(({ verdict }) => verdict.month === latest)?.verdict ?? null;
}

/** Measures by the first month in which they should be felt: their places in the order in which they were taken. */
export function marksOf(measures: readonly { from: string }[], months: readonly { month: string }[]): { month: string; orders: number[] }[] {
  return months.flatMap(({ month }) => {
    const orders = measures.flatMap(({ from }, i) => (from === month ? [i + 1] : []));
    return orders.length > 0 ? [{ month, orders }] : [];
  });
}
