import { expect, it } from 'vitest';
import { parseBlock, parseTarget, typedTarget } from './parse';

it.each([
  ['95', 'rate', 0.95],
  ['95.37%', 'rate', 0.9537],
  ['９５％', 'rate', 0.95],
  ['0.5', 'rate', 0.005],
  ['100', 'rate', 1],
  ['100.01', 'rate', undefined],
  ['1.2万', 'rate', undefined],
  ['1,200', 'count', 1200],
  ['1.2万', 'count', 12_000],
  ['2M', 'customers', 2_000_000],
  ['0.5', 'count', undefined],
  ['1200.50', 'fen', 120_050],
  ['¥3.5亿', 'fen', 35_000_000_000],
  ['1.234', 'fen', undefined],
  ['850', 'ms', 850],
  ['-1', 'count', undefined],
  ['abc', 'count', undefined],
  ['', 'rate', null],
  ['  ', 'count', null],
])('reads %s of a %s as %s', (text, unit, value) => {
  expect(parseTarget(text, unit)).toBe(value);
});

it.each([
  [0.9537, 'rate', '95.37'],
  [0.29, 'rate', '29'],
  [120_050, 'fen', '1200.5'],
  [12_000, 'count', '12000'],
])('writes %s of a %s as it is typed: %s', (value, unit, text) => {
  expect(typedTarget(value, unit)).toBe(text);
  expect(parseTarget(text, unit)).toBe(value);
});

it('reads a block of a spreadsheet', () => {
  expect(parseBlock('95\t96\r\n97\t\r\n')).toEqual([
    ['95', '96'],
    ['97', ''],
  ]);
});
