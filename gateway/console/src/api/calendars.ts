import { queryOptions } from '@tanstack/react-query';
import type { Names } from '@/i18n/messages';
import { client, unwrap } from './client';
import type { components } from './generated/care';

type Schemas = components['schemas'];

/** Hours of a day by the calendar's wall clock: `09:00` to `18:00`. */
export type Window = Schemas['WindowInput'];
/** When people work. */
export type Calendar = Omit<Schemas['CalendarBody'], 'names'> & { names: Names };
export type CalendarInput = Pick<Calendar, 'names' | 'timeZone' | 'week' | 'holidays' | 'extraDays'>;

export const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const calendarsQuery = queryOptions({
  queryKey: ['calendars'],
  queryFn: async ({ signal }): Promise<Calendar[]> => (await unwrap(client.GET('/api/v1/care/calendars', { signal }))).calendars,
  staleTime: 5 * 60_000,
});

/** A calendar, or its next version; refused where somebody else has changed it since that revision. */
export async function putCalendar(id: string, calendar: CalendarInput, revision: number): Promise<void> {
  await unwrap(client.PUT('/api/v1/care/calendars/{id}', { params: { path: { id } }, headers: { 'If-Match': `"${revision}"` }, body: calendar }));
}
