import type { Language } from '@/i18n/language';

/** The unit of an indicator, as its definition names it. */
export type Unit = 'rate' | 'count' | 'customers' | 'fen' | 'ms' | (string & {});

/** One unit for a whole axis or column: what to divide by, and what to print once beside it. */
export interface Scale {
  divisor: number;
  suffix: string;
}

const STEPS = {
  'zh-CN': [
    { divisor: 1e12, suffix: '万亿' },
    { divisor: 1e8, suffix: '亿' },
    { divisor: 1e4, suffix: '万' },
  ],
  en: [
    { divisor: 1e12, suffix: 'T' },
    { divisor: 1e9, suffix: 'B' },
    { divisor: 1e6, suffix: 'M' },
    { divisor: 1e3, suffix: 'K' },
  ],
} as const;

const AGES = [
  [48 * 3_600_000, 86_400_000, '天', 'd'],
  [2 * 3_600_000, 3_600_000, '小时', 'h'],
  [120_000, 60_000, '分钟', 'min'],
  [0, 1_000, '秒', 's'],
] as const;

/** Below this a number is short enough to be printed whole. */
const WHOLE = 10_000;
const FEN = 100;

/**
 * All numbers, amounts, dates and times that people see are written here. Values are cut, never rounded up: 99.996 % is not 100 %, and a
 * rate just below its target does not look met.
 */
export class Formatter {
  private readonly tag: 'zh-CN' | 'en';
  private readonly integers: Intl.NumberFormat;

  constructor(language: Language) {
    this.tag = language === 'zh-CN' ? 'zh-CN' : 'en';
    this.integers = new Intl.NumberFormat(this.tag, { maximumFractionDigits: 0, roundingMode: 'trunc' });
  }

  /** The exact grouped integer: 1,234,567. */
  integer(value: number): string {
    return this.integers.format(value);
  }

  /** Short: 123.45万, 1.23M. */
  compact(value: number): string {
    if (Math.abs(value) < WHOLE) return this.decimal(value, Number.isInteger(value) ? 0 : 2);
    const scale = this.scaleOf(value);
    return `${this.decimal(value / scale.divisor, 2)}${scale.suffix}`;
  }

  /** 95.12%; cut at two decimals. */
  rate(value: number): string {
    return `${this.fixed(floor(value * 100, 2), 2)}%`;
  }

  /** A difference of two rates, with sign: +2.10 pt. */
  points(value: number, digits = 2): string {
    const points = value * 100;
    const word = this.tag === 'zh-CN' ? ' 个百分点' : ' pt';
    const least = 10 ** -digits;
    if (points !== 0 && Math.abs(points) < least / 2) return `${points < 0 ? '>−' : '<+'}${least.toFixed(digits)}${word}`;
    return `${this.signed(points, digits)}${word}`;
  }

  /** A relative change, with sign: +12.3%. */
  change(from: number, to: number): string | null {
    if (from === 0) return null;
    return `${this.signed(((to - from) / Math.abs(from)) * 100, 1)}%`;
  }

  /** Fen as money: ¥1,234.50 in Chinese, CNY 1,234.50 in English; short: ¥1.23万. */
  amount(fen: number, short = false): string {
    const value = fen / FEN;
    const text = short ? this.compact(Math.abs(value)) : this.fixed(Math.abs(value), 2);
    return `${value < 0 ? '−' : ''}${this.tag === 'zh-CN' ? '¥' : 'CNY '}${text}`;
  }

  /** Milliseconds in the unit that fits: 850 ms, 12.3 s, 4.5 min. */
  duration(ms: number): string {
    const zh = this.tag === 'zh-CN';
    const size = Math.abs(ms);
    if (size < 1000) return `${this.decimal(ms, 0)} ${zh ? '毫秒' : 'ms'}`;
    if (size < 120_000) return `${this.decimal(ms / 1000, size < 10_000 ? 2 : 1)} ${zh ? '秒' : 's'}`;
    return `${this.decimal(ms / 60_000, 1)} ${zh ? '分钟' : 'min'}`;
  }

  /** How long ago, in the largest unit that fits: 45 s, 12 min, 5 h, 3 d; cut. */
  age(ms: number): string {
    const zh = this.tag === 'zh-CN';
    const size = Math.max(0, ms);
    const [, unit, zhName, enName] = AGES.find(([least]) => size >= least) ?? AGES.at(-1)!;
    return `${this.decimal(size / unit, 0)} ${zh ? zhName : enName}`;
  }

  /** Minutes of work, in hours and minutes: 45 min, 7 h, 7 h 30 min; cut. A day has no fixed length there. */
  minutes(minutes: number): string {
    const zh = this.tag === 'zh-CN';
    const whole = Math.floor(Math.abs(minutes));
    const [hours, rest] = [Math.floor(whole / 60), whole % 60];
    const parts = [hours > 0 && `${this.integer(hours)} ${zh ? '小时' : 'h'}`, (rest > 0 || hours === 0) && `${rest} ${zh ? '分钟' : 'min'}`];
    return parts.filter(Boolean).join(' ');
  }

  /** A value of an indicator, short enough for a tile. */
  value(unit: Unit, value: number): string {
    if (unit === 'rate') return this.rate(value);
    if (unit === 'fen') return this.amount(value, true);
    if (unit === 'ms') return this.duration(value);
    return this.compact(value);
  }

  /** A value of an indicator, exact: for tables and tooltips. */
  exact(unit: Unit, value: number): string {
    if (unit === 'rate') return this.rate(value);
    if (unit === 'fen') return this.amount(value);
    if (unit === 'ms') return `${this.integer(value)} ${this.tag === 'zh-CN' ? '毫秒' : 'ms'}`;
    return this.integer(value);
  }

  /** A difference of two values of an indicator, with sign. */
  difference(unit: Unit, value: number): string {
    if (unit === 'rate') return this.points(value);
    const sign = value > 0 ? '+' : value < 0 ? '−' : '±';
    return `${sign}${this.value(unit, Math.abs(value))}`;
  }

  /** How a change is said in one word: points of a rate, else per cent of what was. */
  comparison(unit: Unit, from: number, to: number): string {
    return unit === 'rate' ? this.points(to - from) : (this.change(from, to) ?? this.difference(unit, to - from));
  }

  /** One unit for all ticks of an axis whose largest value is given. */
  axis(unit: Unit, largest: number): Scale {
    if (unit === 'rate') return { divisor: 0.01, suffix: '%' };
    if (unit === 'ms') return this.durationScale(largest);
    const money = unit === 'fen';
    const scale = this.scaleOf(money ? largest / FEN : largest);
    const currency = this.tag === 'zh-CN' ? '元' : ' CNY';
    return { divisor: scale.divisor * (money ? FEN : 1), suffix: `${scale.suffix}${money ? currency : ''}`.trim() };
  }

  /** A tick of an axis that has the scale; all ticks of one axis have the same decimals. */
  tick(value: number, scale: Scale, digits = 2): string {
    const format = new Intl.NumberFormat(this.tag, { minimumFractionDigits: digits === 2 ? 0 : digits, maximumFractionDigits: digits });
    return format.format(clean(value / scale.divisor)).replace('-', '−');
  }

  decimal(value: number, digits: number): string {
    return new Intl.NumberFormat(this.tag, { maximumFractionDigits: digits, roundingMode: 'trunc' }).format(clean(value)).replace('-', '−');
  }

  /** A day, month or hour as the API says it in the operator's zone: `2026-09`, `2026-09-28`, `2026-09-28T13:00+08:00`. */
  at(text: string): string {
    const [year, month, day, hour, minute] = text.match(/\d+/g)!.map(Number) as [number, number, number?, number?, number?];
    const date = Date.UTC(year, month - 1, day ?? 1, hour ?? 0, minute ?? 0);
    const options: Intl.DateTimeFormatOptions =
      day === undefined
        ? { year: 'numeric', month: 'short' }
        : hour === undefined
          ? { year: 'numeric', month: 'short', day: 'numeric' }
          : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    return new Intl.DateTimeFormat(this.tag, { ...options, timeZone: 'UTC' }).format(date);
  }

  /** The same, as short as an axis needs it: 9/28. */
  tickAt(text: string): string {
    const [, month, day, hour] = text.match(/\d+/g)!.map(Number) as [number, number, number?, number?];
    if (day === undefined) return text.slice(0, 7);
    return hour === undefined ? `${month}/${day}` : `${hour}:00`;
  }

  /** The month alone, where its year stands elsewhere: Nov. */
  month(text: string): string {
    return new Intl.DateTimeFormat(this.tag, { month: 'short', timeZone: 'UTC' }).format(new Date(`${text}-01T00:00:00Z`));
  }

  weekday(day: string): string {
    return new Intl.DateTimeFormat(this.tag, { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
  }

  /** An instant in the operator's zone. */
  instant(instant: string, timeZone: string, withDate = true): string {
    const zh = this.tag === 'zh-CN';
    const date: Intl.DateTimeFormatOptions = zh ? { year: 'numeric', month: '2-digit', day: '2-digit' } : { year: 'numeric', month: 'short', day: 'numeric' };
    return new Intl.DateTimeFormat(this.tag, {
      ...(withDate ? date : {}),
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
    }).format(new Date(instant));
  }

  private scaleOf(value: number): Scale {
    if (Math.abs(value) < WHOLE) return { divisor: 1, suffix: '' };
    return STEPS[this.tag].find((step) => Math.abs(value) >= step.divisor)!;
  }

  private durationScale(largest: number): Scale {
    const zh = this.tag === 'zh-CN';
    if (largest < 1000) return { divisor: 1, suffix: zh ? '毫秒' : 'ms' };
    return largest < 120_000 ? { divisor: 1000, suffix: zh ? '秒' : 's' } : { divisor: 60_000, suffix: zh ? '分钟' : 'min' };
  }

  private fixed(value: number, digits: number): string {
    const format = new Intl.NumberFormat(this.tag, { minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: 'trunc' });
    return format.format(clean(value)).replace('-', '−');
  }

  private signed(value: number, digits: number): string {
    const format = new Intl.NumberFormat(this.tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const text = format.format(Math.abs(value));
    if (Number(text.replaceAll(',', '')) === 0) return `±${text}`;
    return `${value > 0 ? '+' : '−'}${text}`;
  }
}

/** Takes away what binary fractions add: 0.29 * 100 is 28.999999999999996. */
function clean(value: number): number {
  return Number(value.toPrecision(13));
}

function floor(value: number, digits: number): number {
  const power = 10 ** digits;
  return Math.floor(clean(value * power)) / power;
}
