import { describe, expect, it } from 'vitest';
import { extraDaysText, hoursText, typedDays, typedExtraDays, typedHours, weekMinutes } from './hours';

describe('hours as they are typed', () => {
  it('are read in every usual spelling, and written in one', () => {
    const windows = [{ from: '09:00', to: '12:00' }, { from: '13:30', to: '24:00' }];
    for (const text of ['09:00-12:00, 13:30-24:00', '9:00 – 12:00；13:30-24:00', '9：00至12：00，13:30~24:00']) expect(typedHours(text)).toEqual(windows);
    expect(hoursText(windows)).toBe('09:00-12:00, 13:30-24:00');
    expect(typedHours(' ')).toEqual([]);
  });

  it('are refused where they say nothing', () => {
    for (const text of ['nine to five', '09:00', '09:00-', '9-12']) expect(typedHours(text)).toBeNull();
  });

  it('are counted by the week', () => {
    expect(weekMinutes({ monday: typedHours('09:00-12:00, 13:30-18:00')!, sunday: typedHours('00:00-24:00')! })).toBe(450 + 1440);
  });
});

describe('days as they are typed', () => {
  it('come one a line', () => {
    expect(typedDays('2026-10-01\n\n 2026-10-02 ')).toEqual(['2026-10-01', '2026-10-02']);
    expect(typedDays('1 October')).toBeNull();
  });

  it('have hours where they are worked', () => {
    const days = [{ date: '2026-10-10', windows: [{ from: '09:00', to: '18:00' }] }];
    expect(typedExtraDays('2026-10-10 9:00-18:00')).toEqual(days);
    expect(extraDaysText(days)).toBe('2026-10-10 09:00-18:00');
    expect(typedExtraDays('2026-10-10')).toBeNull();
  });
});
