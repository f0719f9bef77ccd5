import type { Catalogue } from '@/api/catalogue';
import type { TargetKey } from '@/api/targets';

export type Line = Pick<TargetKey, 'indicator' | 'channel' | 'region'>;

/** A channel, a region, a channel in a region, or the whole operator; with the indicators that have a target there. */
export interface Scope {
  key: string;
  channel: string | null;
  region: string | null;
  /** 0 is the whole operator. */
  depth: number;
  /** Keys of the scopes above it, from the top. */
  above: readonly string[];
  indicators: readonly string[];
}

export function lineKey({ indicator, channel, region }: Line): string {
  return `${indicator} ${scopeKey(channel, region)}`;
}

function scopeKey(channel: string | null, region: string | null): string {
  return `${channel ?? '*'}/${region ?? '*'}`;
}

/**
 * The tree operator → channels, operator → regions → channels in them, of the lines that there are. A region stands below the nearest
 * one above it that has lines too.
 */
export function treeOf(lines: readonly Line[], catalogue: Catalogue | undefined, indicatorOrder: readonly string[]): Scope[] {
  const places = new Map<string, Line[]>();
  for (const line of lines) {
    const key = scopeKey(line.channel, line.region);
    places.set(key, [...(places.get(key) ?? []), line]);
  }
  if (places.size === 0) return [];
  const channels = order(
    catalogue?.channels.map(({ code }) => code) ?? [],
    lines.map(({ channel }) => channel),
  );
  const regions = order(
    depthFirst(catalogue),
    lines.map(({ region }) => region),
  );
  const scopes: Scope[] = [];
  const add = (channel: string | null, region: string | null, above: readonly string[]) => {
    const key = scopeKey(channel, region);
    const indicators = new Set((places.get(key) ?? []).map(({ indicator }) => indicator));
    scopes.push({
      key,
      channel,
      region,
      depth: above.length,
      above,
      indicators: order(indicatorOrder, [...indicators]).filter((id) => indicators.has(id)),
    });
    return [...above, key];
  };
  const top = add(null, null, []);
  for (const channel of channels) if (places.has(scopeKey(channel, null))) add(channel, null, top);
  const paths = new Map<string, readonly string[]>();
  for (const region of regions) {
    const here = channels.filter((channel) => places.has(scopeKey(channel, region)));
    if (here.length === 0 && !places.has(scopeKey(null, region))) continue;
    const path = add(null, region, nearest(region, catalogue, paths) ?? top);
    paths.set(region, path);
    for (const channel of here) add(channel, region, path);
  }
  return scopes;
}

/** What is seen while some scopes are closed. */
export function openScopes(scopes: readonly Scope[], closed: ReadonlySet<string>): Scope[] {
  return scopes.filter(({ above }) => !above.some((key) => closed.has(key)));
}

/** The known codes in their order, then those that nobody knows any more. */
function order(known: readonly string[], used: readonly (string | null)[]): string[] {
  const others = new Set(used.filter((code): code is string => code !== null && !known.includes(code)));
  return [...known, ...[...others].sort()];
}

function depthFirst(catalogue: Catalogue | undefined): string[] {
  const below = new Map<string | null, string[]>();
  for (const { code, parent } of catalogue?.regions ?? []) below.set(parent ?? null, [...(below.get(parent ?? null) ?? []), code]);
  const all: string[] = [];
  const visit = (parent: string | null) => {
    for (const code of below.get(parent) ?? []) {
      all.push(code);
      visit(code);
    }
  };
  visit(null);
  return all;
}

function nearest(region: string, catalogue: Catalogue | undefined, paths: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const parents = new Map(catalogue?.regions.map(({ code, parent }) => [code, parent]));
  for (let above = parents.get(region); above; above = parents.get(above)) if (paths.has(above)) return paths.get(above);
  return undefined;
}
