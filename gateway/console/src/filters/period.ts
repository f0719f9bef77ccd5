/** Calendar arithmetic on days written `2026-11-25`: no zone and no clock, so nothing shifts. */

export type Preset = 'today' | '7d' | '30d' | '90d' | 'month' | 'last-month' | '12m';

/** A preset, or first and last day, both included: `2026-11-01..2026-11-20`. */
export type Period = Preset | (string & {});

/** `none`, or as the API compares; the default fits the period. */
export type Compare = 'previous' | 'weekday' | 'year' | 'lunar' | 'none' | (string & {});

export interface Days {
  from: string;
  /** The day after the last one. */
  to: string;
}

export const PRESETS: readonly Preset[] = ['today', '7d', '30d', '90d', 'month', 'last-month', '12m'];

const DAY = 86_400_000;
const RANGE = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/;

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

export function monthOf(day: string): string {
  return day.slice(0, 7);
}

export function addMonths(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** The day that it is in the operator's zone. */
export function dayIn(instant: string | number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(instant));
}

export function isPeriod(text: string): boolean {
  return (PRESETS as readonly string[]).includes(text) || isRange(text);
}

export function isRange(text: string): boolean {
  const range = RANGE.exec(text);
  return range !== null && isDay(range[1]!) && isDay(range[2]!) && range[1]! <= range[2]!;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The days of a period, seen from today in the operator's zone. */
export function daysOf(period: Period, today: string): Days {
  const range = RANGE.exec(period);
  if (range) return { from: range[1]!, to: addDays(range[2]!, 1) };
  const to = addDays(today, 1);
  const month = monthOf(today);
  switch (period) {
    case 'today':
      return { from: today, to };
    case '7d':
      return { from: addDays(to, -7), to };
    case '90d':
      return { from: addDays(to, -90), to };
    case 'month':
      return { from: `${month}-01`, to: `${addMonths(month, 1)}-01` };
    case 'last-month':
      return { from: `${addMonths(month, -1)}-01`, to: `${month}-01` };
    case '12m':
      return { from: `${addMonths(month, -11)}-01`, to: `${addMonths(month, 1)}-01` };
    default:
      return { from: addDays(to, -30), to };
  }
}

/** How finely a period is drawn: a day by the hour, up to four months by the day, else by the month. */
export function grainOf({ from, to }: Days): 'hour' | 'day' | 'month' {
  const days = daysBetween(from, to);
  return days <= 2 ? 'hour' : days <= 130 ? 'day' : 'month';
}

/** Whole months compare with the month before; days with the same days of the week. */
export function defaultCompare({ from, to }: Days): 'previous' | 'weekday' {
  return from.endsWith('-01') && to.endsWith('-01') ? 'previous' : 'weekday';
}
