import type { CalendarInput, Window } from '@/api/calendars';
import { WEEK } from '@/api/calendars';

/** Hours of a day as people write them: `09:00-12:00, 13:30-18:00`; nothing is a closed day. */
export function hoursText(windows: readonly Window[]): string {
  return windows.map(({ from, to }) => `${from}-${to}`).join(', ');
}

/** Null where it cannot be read. Whether hours overlap is the server's to judge. */
export function typedHours(text: string): Window[] | null {
  const parts = text.split(/[,，;；]/).map((part) => part.trim()).filter(Boolean);
  const windows = parts.map((part) => /^(\d{1,2}[:：]\d\d)\s*[-–—~至]\s*(\d{1,2}[:：]\d\d)$/.exec(part));
  if (windows.some((found) => found === null)) return null;
  return windows.map((found) => ({ from: clock(found![1]!), to: clock(found![2]!) }));
}

function clock(text: string): string {
  return text.replace('：', ':').padStart(5, '0');
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** A day a line. */
export function typedDays(text: string): string[] | null {
  const days = linesOf(text);
  return days.every((day) => DAY.test(day)) ? days : null;
}

/** A day and its hours a line: `2026-10-10 09:00-18:00`. */
export function typedExtraDays(text: string): CalendarInput['extraDays'] | null {
  const days = linesOf(text).map((line) => {
    const [date = '', ...rest] = line.split(/\s+/);
    const windows = typedHours(rest.join(' '));
    return DAY.test(date) && windows !== null && windows.length > 0 ? { date, windows } : null;
  });
  return days.includes(null) ? null : (days as CalendarInput['extraDays']);
}

export function extraDaysText(days: CalendarInput['extraDays']): string {
  return days.map(({ date, windows }) => `${date} ${hoursText(windows)}`).join('\n');
}

/** Minutes of work in a week without holidays. */
export function weekMinutes(week: CalendarInput['week']): number {
  const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return WEEK.flatMap((day) => week[day] ?? []).reduce((sum, { from, to }) => sum + minute(to) - minute(from), 0);
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter(Boolean);
}
