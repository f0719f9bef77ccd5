import { expect, it } from 'vitest';
import type { Column } from './data-table';
import { csv, fileName } from './files';

interface Row {
  name: string;
  value: number | null;
}

const columns: Column<Row>[] = [
  { key: 'name', title: '名称', cell: (row) => row.name, value: (row) => row.name },
  { key: 'value', title: 'Value', cell: (row) => row.value, value: (row) => row.value },
];

const linesOf = (rows: Row[]) => csv({ columns, rows, about: [['Filters', 'App']] }).split('\r\n');

it('begins with the mark by which a spreadsheet knows UTF-8', () => expect(csv({ columns, rows: [], about: [] }).charCodeAt(0)).toBe(0xfeff));

it.each([
  ['=1+1', "'=1+1"],
  ['+cmd', "'+cmd"],
  ['@sum', "'@sum"],
  ['-12.5', '-12.5'],
  ['a "b", c', '"a ""b"", c"'],
  ['App', 'App'],
])('writes %s as %s', (name, text) => expect(linesOf([{ name, value: 1 }])[1]).toBe(`${text},1`));

it('leaves a cell without value empty, and says what the file is of', () => {
  const lines = linesOf([{ name: 'App', value: null }]);
  expect(lines[1]).toBe('App,');
  expect(lines).toContain('Filters,App');
});

it('names files without signs that a file system refuses', () =>
  expect(fileName('办理成功率', 'App / SMS', '', '2026-11-25T10:00')).toBe('办理成功率_App-SMS_2026-11-25T10-00'));
