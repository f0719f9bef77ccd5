import { fireEvent, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { show } from '@/testing/render';
import { type Column, DataTable } from './data-table';

interface Row {
  name: string;
  value: number | null;
}

const columns: Column<Row>[] = [
  { key: 'name', title: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
  { key: 'value', title: 'Value', number: true, cell: ({ value }) => value, value: ({ value }) => value },
];
const names = () => screen.getAllByRole('rowheader').map(({ textContent }) => textContent);

it('sorts, says so, and leaves rows without value at the end', () => {
  const rows = [{ name: 'b', value: 2 }, { name: 'none', value: null }, { name: 'a', value: 10 }];
  show(<DataTable caption="Rows" columns={columns} rows={rows} rowKey={({ name }) => name} />);
  const head = screen.getByRole('columnheader', { name: /Value/ });
  fireEvent.click(screen.getByRole('button', { name: /Value/ }));
  expect(head.getAttribute('aria-sort')).toBe('descending');
  expect(names()).toEqual(['a', 'b', 'none']);
  fireEvent.click(screen.getByRole('button', { name: /Value/ }));
  expect(head.getAttribute('aria-sort')).toBe('ascending');
  expect(names()).toEqual(['b', 'a', 'none']);
});

it('counts all rows, and draws the rest on demand', () => {
  const rows = Array.from({ length: 450 }, (_, i) => ({ name: `row ${i}`, value: i }));
  show(<DataTable caption="Rows" columns={columns} rows={rows} rowKey={({ name }) => name} />);
  expect(screen.getByText('450 rows')).toBeTruthy();
  expect(names()).toHaveLength(200);
  fireEvent.click(screen.getByText('Show all 450 rows'));
  expect(names()).toHaveLength(450);
});
