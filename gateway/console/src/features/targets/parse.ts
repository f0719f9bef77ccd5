import type { Unit } from '@/format/format';

const FACTORS: Record<string, number> = { 万: 1e4, 亿: 1e8, k: 1e3, m: 1e6, b: 1e9 };
const FEN = 100;

/**
 * A target as people type it: `95` or `95%` of a rate, `1.2万`, `3,500` or `2M` of anything else, yuan of an amount. Null is no target;
 * undefined is not understood.
 */
export function parseTarget(text: string, unit: Unit): number | null | undefined {
  const plain = text.normalize('NFKC').replace(/[,\s¥]|CNY|元/gi, '');
  if (plain === '') return null;
  const match = /^(\d+(?:\.\d*)?|\.\d+)(%|万|亿|[kmb])?$/i.exec(plain);
  if (!match) return undefined;
  const [, digits, suffix = ''] = match;
  const number = Number(digits);
  if (unit === 'rate') return suffix === '' || suffix === '%' ? within(Number((number / 100).toPrecision(12)), 1) : undefined;
  if (suffix === '%') return undefined;
  const whole = Number((number * (FACTORS[suffix.toLowerCase()] ?? 1) * (unit === 'fen' ? FEN : 1)).toPrecision(15));
  return Number.isInteger(whole) ? within(whole, Number.MAX_SAFE_INTEGER) : undefined;
}

/** The exact value as it would be typed. */
export function typedTarget(value: number | null, unit: Unit): string {
  if (value === null) return '';
  const divisor = unit === 'rate' ? 0.01 : unit === 'fen' ? FEN : 1;
  return String(Number((value / divisor).toPrecision(15)));
}

/** The cells of a block copied from a spreadsheet. */
export function parseBlock(text: string): string[][] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t'));
}

function within(value: number, most: number): number | undefined {
  return value <= most ? value : undefined;
}
