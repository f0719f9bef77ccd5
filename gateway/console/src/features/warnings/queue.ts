import type { Unit } from '@/format/format';
import { addDays, dayIn } from '@/filters/period';
import type { Warning, WarningQueue } from '@/api/warnings';

/** One entry of the queue: a warning, or several that have probably one cause. */
export type Entry = { kind: 'one'; warning: Warning } | { kind: 'group'; cause: string; warnings: readonly Warning[] };

/** Whose warnings are shown. */
export type Owner = 'anyone' | 'me' | 'nobody';

export function isOwner(text: string): text is Owner {
  return text === 'anyone' || text === 'me' || text === 'nobody';
}

export function ofOwner(warnings: readonly Warning[], owner: Owner, me: string): Warning[] {
  return warnings.filter((warning) => owner === 'anyone' || warning.owner === (owner === 'me' ? me : null));
}

/** Keeps the order, and puts warnings with one cause together where the first of them stands. */
export function entriesOf(warnings: readonly Warning[], causes: WarningQueue['causes']): Entry[] {
  const shared = new Set(causes.map(({ cause }) => cause));
  const entries = new Map<string, Warning[]>();
  for (const warning of warnings) {
    const key = shared.has(warning.cause) && warning.state !== 'resolved' ? `cause ${warning.cause}` : `one ${warning.id}`;
    entries.set(key, [...(entries.get(key) ?? []), warning]);
  }
  return [...entries.values()].map((group) =>
    group.length > 1 ? { kind: 'group', cause: group[0]!.cause, warnings: group } : { kind: 'one', warning: group[0]! },
  );
}

/** The address of the figure that a warning is about: the same scope, from a week before until it was last seen. */
export function exploreAddress(warning: Warning, timeZone: string): string | null {
  if (warning.indicator === null) return null;
  const period = `${addDays(dayIn(warning.since, timeZone), -7)}..${dayIn(warning.lastSeen, timeZone)}`;
  const search = new URLSearchParams({ i: warning.indicator, p: period });
  if (warning.channel) search.set('ch', warning.channel);
  if (warning.region) search.set('r', warning.region);
  return `/explore?${search}`;
}

/** How long people say that something lasts: the largest unit that is whole. */
export function ageOf(since: string, now: number): { unit: 'minutes' | 'hours' | 'days'; n: number } {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  if (minutes < 120) return { unit: 'minutes', n: minutes };
  if (minutes < 48 * 60) return { unit: 'hours', n: Math.floor(minutes / 60) };
  return { unit: 'days', n: Math.floor(minutes / 1440) };
}

/** What a threshold is typed in: per cent, yuan, seconds; else the number itself. */
export function typedScale(unit: Unit): { factor: number; sign: 'percent' | 'yuan' | 'seconds' | 'plain' } {
  if (unit === 'rate') return { factor: 0.01, sign: 'percent' };
  if (unit === 'fen') return { factor: 100, sign: 'yuan' };
  if (unit === 'ms') return { factor: 1000, sign: 'seconds' };
  return { factor: 1, sign: 'plain' };
}

/** Without what binary fractions add: 95 per cent is 0.95 and not 0.9500000000000001. */
export function typedThreshold(text: string, unit: Unit): number | null {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0) return null;
  return Number((number * typedScale(unit).factor).toPrecision(12));
}

export function thresholdText(threshold: number | null, unit: Unit): string {
  return threshold === null ? '' : String(Number((threshold / typedScale(unit).factor).toPrecision(12)));
}

const HOUR = 3_600_000;

/** When a warning may come back. */
export const SNOOZES = [
  { key: 'snooze.1h', after: HOUR },
  { key: 'snooze.4h', after: 4 * HOUR },
  { key: 'snooze.1d', after: 24 * HOUR },
  { key: 'snooze.7d', after: 7 * 24 * HOUR },
] as const;
