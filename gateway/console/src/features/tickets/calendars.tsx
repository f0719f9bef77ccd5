import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Calendar, calendarsQuery, putCalendar, WEEK } from '@/api/calendars';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { errorsOf, Fields, TextAreaField, TextField } from '@/kit/form';
import { Editable, SaveForm } from './editable';
import { extraDaysText, hoursText, typedDays, typedExtraDays, typedHours, weekMinutes } from './hours';
import styles from './tickets.module.css';
import { useTicketWords } from './words';

/** When people work: by which working time promises are counted. */
export function Calendars() {
  const { t } = useTicketWords();
  const language = useLanguage();
  const query = useQuery(calendarsQuery);
  const name = ({ names }: Calendar) => nameIn(names, language);
  const columns = useColumns();
  return (
    <Editable
      title={t('calendars')}
      note={t('calendars.note')}
      add={t('calendar.add')}
      query={query}
      columns={columns}
      nameOf={name}
      keyOf={({ id }) => id}
      renderForm={(row, onClose) => <CalendarForm calendar={row} onClose={onClose} />}
    />
  );
}

function useColumns(): Column<Calendar>[] {
  const words = useTicketWords();
  const { t, format } = words;
  const language = useLanguage();
  const name = ({ names }: Calendar) => nameIn(names, language);
  return [
    { key: 'name', title: t('calendar'), cell: name, value: name },
    { key: 'id', title: t('code'), cell: ({ id }) => <code>{id}</code>, value: ({ id }) => id },
    { key: 'zone', title: t('zone'), cell: ({ timeZone }) => timeZone, value: ({ timeZone }) => timeZone },
    { key: 'week', title: t('week'), number: true, cell: ({ week }) => format.minutes(weekMinutes(week)), value: ({ week }) => weekMinutes(week) },
    { key: 'holidays', title: t('holidays'), number: true, cell: ({ holidays }) => format.integer(holidays.length), value: ({ holidays }) => holidays.length },
    { key: 'extra', title: t('extraDays'), number: true, cell: ({ extraDays }) => format.integer(extraDays.length), value: ({ extraDays }) => extraDays.length },
    { key: 'updated', title: t('updated'), cell: (one) => words.time(one.updatedAt), value: ({ updatedAt }) => updatedAt },
  ];
}

const FIELDS = ['id', 'names.zh-CN', 'names.en', 'timeZone', 'week', 'holidays'];
const OFFICE = [{ from: '09:00', to: '18:00' }];

function CalendarForm({ calendar, onClose }: { calendar: Calendar | undefined; onClose: () => void }) {
  const words = useTicketWords();
  const { t } = words;
  const [id, setId] = useState('');
  const [names, setNames] = useState(calendar?.names ?? { 'zh-CN': '', en: '' });
  const [timeZone, setTimeZone] = useState(calendar?.timeZone ?? 'Asia/Shanghai');
  const [week, setWeek] = useState<Record<string, string>>(() =>
    Object.fromEntries(WEEK.map((day, i) => [day, hoursText(calendar ? (calendar.week[day] ?? []) : i < 5 ? OFFICE : [])])),
  );
  const [holidays, setHolidays] = useState((calendar?.holidays ?? []).join('\n'));
  const [extra, setExtra] = useState(extraDaysText(calendar?.extraDays ?? []));
  const days = typedDays(holidays);
  const extraDays = typedExtraDays(extra);
  const read = WEEK.map((day) => [day, typedHours(week[day] ?? '')] as const);
  const wrong = days === null || extraDays === null || read.some(([, hours]) => hours === null);
  const save = (revision: number) =>
    putCalendar(
      calendar?.id ?? id.trim(),
      { names, timeZone: timeZone.trim(), week: Object.fromEntries(read.map(([day, hours]) => [day, hours ?? []])), holidays: days ?? [], extraDays: extraDays ?? [] },
      revision,
    );
  const now = calendar ? t('version.by', { version: calendar.revision, by: words.by(calendar.updatedBy), at: words.time(calendar.updatedAt) }) : '';
  return (
    <SaveForm revision={calendar?.revision ?? 0} queryKey={calendarsQuery.queryKey} save={save} now={now} fields={FIELDS} wrong={wrong} onClose={onClose}>
      {(error) => (
        <>
          <Fields>
            {!calendar && <TextField label={t('code')} hint={t('code.hint')} required maxLength={64} value={id} errors={errorsOf(error, 'id')} onChange={({ target }) => setId(target.value)} />}
            <TextField
              label={t('name.zh')}
              required
              maxLength={100}
              value={names['zh-CN']}
              errors={errorsOf(error, 'names.zh-CN')}
              onChange={({ target }) => setNames((was) => ({ ...was, 'zh-CN': target.value }))}
            />
            <TextField
              label={t('name.en')}
              required
              maxLength={100}
              value={names.en}
              errors={errorsOf(error, 'names.en')}
              onChange={({ target }) => setNames((was) => ({ ...was, en: target.value }))}
            />
            <TextField label={t('zone')} required value={timeZone} errors={errorsOf(error, 'timeZone')} onChange={({ target }) => setTimeZone(target.value)} />
          </Fields>
          <fieldset className={styles.steps}>
            <legend>{t('week.hours')}</legend>
            <Fields>
              {read.map(([day, hours]) => (
                <TextField
                  key={day}
                  label={t(`day.${day}`)}
                  value={week[day] ?? ''}
                  placeholder={t('closed')}
                  errors={hours === null ? [t('hours.wrong')] : errorsOf(error, `week.${day}`)}
                  onChange={({ target }) => setWeek((was) => ({ ...was, [day]: target.value }))}
                />
              ))}
            </Fields>
          </fieldset>
          <Fields>
            <TextAreaField
              label={t('holidays')}
              hint={t('holidays.hint')}
              rows={4}
              value={holidays}
              errors={days === null ? [t('days.wrong')] : errorsOf(error, 'holidays')}
              onChange={({ target }) => setHolidays(target.value)}
            />
            <TextAreaField
              label={t('extraDays')}
              hint={t('extraDays.hint')}
              rows={4}
              value={extra}
              errors={extraDays === null ? [t('days.wrong')] : errorsOf(error, 'extraDays')}
              onChange={({ target }) => setExtra(target.value)}
            />
          </Fields>
        </>
      )}
    </SaveForm>
  );
}
