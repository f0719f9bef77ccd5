import { describe, expect, it } from 'vitest';
import { Formatter } from './format';

const zh = new Formatter('zh-CN');
const en = new Formatter('en');

describe('compact', () => {
  it.each([
    [0, '0', '0'],
    [9_999, '9,999', '9,999'],
    [10_000, '1万', '10K'],
    [99_999, '9.99万', '99.99K'],
    [99_995_000, '9,999.5万', '99.99M'],
    [100_000_000, '1亿', '100M'],
    [1e12, '1万亿', '1T'],
    [-99_999, '−9.99万', '−99.99K'],
    [-1, '−1', '−1'],
  ])('%d is %s and %s', (value, chinese, english) => {
    expect(zh.compact(value)).toBe(chinese);
    expect(en.compact(value)).toBe(english);
  });
});

describe('rate', () => {
  it.each([
    [0.99996, '99.99%'],
    [1, '100.00%'],
    [0.94999, '94.99%'],
    [0.95, '95.00%'],
    [0.29, '29.00%'],
    [0.5712, '57.12%'],
    [0, '0.00%'],
  ])('%d is never rounded up: %s', (value, text) => expect(zh.rate(value)).toBe(text));
});

describe('differences', () => {
  it('of rates are points', () => {
    expect(en.points(0.021)).toBe('+2.10 pt');
    expect(zh.points(-0.021)).toBe('−2.10 个百分点');
    expect(en.points(0)).toBe('±0.00 pt');
    expect(en.points(0.00001)).toBe('<+0.01 pt');
    expect(en.points(-0.00001)).toBe('>−0.01 pt');
    expect(en.points(-0.00118, 3)).toBe('−0.118 pt');
    expect(en.points(0.000001, 3)).toBe('<+0.001 pt');
  });

  it('of counts are per cent of what was, and words where nothing was', () => {
    expect(en.comparison('count', 200, 224.6)).toBe('+12.3%');
    expect(en.comparison('count', 0, 5)).toBe('+5');
    expect(en.comparison('rate', 0.9, 0.92)).toBe('+2.00 pt');
    expect(en.difference('fen', -123_400)).toBe('−CNY 1,234');
  });
});

describe('money and durations', () => {
  it('carry their currency', () => {
    expect(zh.amount(123_450)).toBe('¥1,234.50');
    expect(en.amount(123_450)).toBe('CNY 1,234.50');
    expect(zh.amount(-1_234_567_890, true)).toBe('−¥1,234.56万');
  });

  it('choose the unit that fits', () => {
    expect(en.duration(850)).toBe('850 ms');
    expect(zh.duration(12_345)).toBe('12.3 秒');
    expect(en.duration(1_127)).toBe('1.12 s');
    expect(en.duration(270_000)).toBe('4.5 min');
  });
});

describe('axis', () => {
  it('has one unit for all ticks, on both sides of a boundary', () => {
    const scale = zh.axis('count', 100_004_000);
    expect(scale).toEqual({ divisor: 1e8, suffix: '亿' });
    expect([0, 5e7, 99_995_000].map((value) => zh.tick(value, scale))).toEqual(['0', '0.5', '1']);
    expect(en.tick(0.96, en.axis('rate', 1), 1)).toBe('96.0');
  });

  it('names money and rates', () => {
    expect(zh.axis('fen', 5_000_000)).toEqual({ divisor: 1e6, suffix: '万元' });
    expect(en.axis('rate', 1)).toEqual({ divisor: 0.01, suffix: '%' });
    expect(en.tick(0.955, en.axis('rate', 1))).toBe('95.5');
  });
});

describe('dates', () => {
  it('are those that the API says, whatever the zone of the browser', () => {
    expect(en.at('2026-09')).toBe('Sep 2026');
    expect(zh.at('2026-09-28')).toBe('2026年9月28日');
    expect(en.at('2026-09-28T13:00+08:00')).toBe('Sep 28, 13:00');
    expect(en.instant('2026-11-25T16:05:00Z', 'Asia/Shanghai')).toBe('Nov 26, 2026, 00:05');
    expect(en.weekday('2026-11-25')).toBe('Wed');
    expect(zh.month('2026-11')).toBe('11月');
  });

  it.each([
    [59_000, '59 s'],
    [150_000, '2 min'],
    [7_199_000, '119 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
    [-5, '0 s'],
  ])('say how long ago %i ms are: %s', (ms, text) => {
    expect(en.age(ms)).toBe(text);
  });
});

describe('minutes of work', () => {
  it('are hours and minutes, never days', () => {
    expect([zh.minutes(0), en.minutes(0)]).toEqual(['0 分钟', '0 min']);
    expect(en.minutes(59.9)).toBe('59 min');
    expect(en.minutes(450)).toBe('7 h 30 min');
    expect(zh.minutes(4500)).toBe('75 小时');
    expect(en.minutes(-61)).toBe('1 h 1 min');
  });
});
