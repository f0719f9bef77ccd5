import { describe, expect, it } from 'vitest';
import { placed } from './marks';

const days = ['2026-09-29', '2026-09-30', '2026-10-01', '2026-10-02'].map((at) => ({ at }));

describe('placed', () => {
  it('cuts what lasts longer than the axis', () => {
    const week = { from: '2026-10-01', to: '2026-10-07', text: 'National Day', holiday: true };
    expect(placed([week], days)).toEqual([{ from: '2026-10-01', to: '2026-10-02', text: 'National Day', holiday: true }]);
  });

  it('makes a point of a single day, and leaves out what comes after the axis', () => {
    expect(placed([{ from: '2026-09-30', to: '2026-09-30', text: 'a' }, { from: '2026-10-03', text: 'b' }], days)).toEqual([{ from: '2026-09-30', text: 'a' }]);
  });

  it('finds the point that holds the day on an axis of hours', () => {
    const hours = ['2026-09-30T23:00+08:00', '2026-10-01T00:00+08:00', '2026-10-01T01:00+08:00'].map((at) => ({ at }));
    expect(placed([{ from: '2026-10-01', to: '2026-10-07', text: 'a' }], hours)).toEqual([{ from: hours[1]!.at, to: hours[2]!.at, text: 'a' }]);
  });
});
