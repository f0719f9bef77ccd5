import type { Attained } from '@/api/targets';
import type { Feed } from '@/api/feeds';
import type { Severity, Warning } from '@/api/warnings';
import { groupBy } from '@/lib/group-by';

/** One thing to look at: from a warning, a target that will be missed, or a feed that is late. */
export type Item =
  | { kind: 'warning'; severity: Severity; since: string; warning: Warning; others: readonly Warning[] }
  | { kind: 'gap'; severity: Severity; since: string; target: Attained }
  | { kind: 'feed'; severity: Severity; since: string; feed: Feed };

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** Sorted by severity, then by age, as [W2] has it. A late feed that has a warning is there once. */
export function attentionOf(warnings: readonly Warning[], targets: readonly Attained[], feeds: readonly Feed[]): Item[] {
  const warned = new Set(warnings.filter(({ kind }) => kind === 'late-feed').map(({ channel }) => channel));
  const all = warnings.some(({ kind, channel }) => kind === 'late-feed' && channel === null);
  const items: Item[] = [
    ...grouped(warnings.filter(({ state }) => state === 'new' || state === 'acknowledged')),
    ...targets
      .filter(({ verdict }) => verdict === 'missed' || verdict === 'at-risk')
      .map((target): Item => ({ kind: 'gap', severity: target.verdict === 'missed' ? 'warning' : 'info', since: '', target })),
    ...feeds
      .filter(({ state, channel }) => state === 'late' && !all && !warned.has(channel))
      .map((feed): Item => ({ kind: 'feed', severity: 'warning', since: feed.coveredTo ?? '', feed })),
  ];
  return items.sort((a, b) => RANK[a.severity] - RANK[b.severity] || gapOf(a) - gapOf(b) || a.since.localeCompare(b.since));
}

/** Warnings with one cause are one item, with the others behind it. [W4] */
function grouped(warnings: readonly Warning[]): Item[] {
  return [...groupBy(warnings, ({ cause }) => cause).values()].map((group): Item => {
    const [warning, ...others] = group.toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || a.since.localeCompare(b.since)) as [Warning, ...Warning[]];
    return { kind: 'warning', severity: warning.severity, since: warning.since, warning, others };
  });
}

/** Gaps stand by their size; what is no gap stays before them. */
function gapOf(item: Item): number {
  return item.kind === 'gap' ? (item.target.attainment ?? 1) : 0;
}
