import { useQuery } from '@tanstack/react-query';
import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { serve, show } from '@/testing/render';
import { valuesQuery } from './indicators';

function Rows() {
  const [by, setBy] = useState<'channel' | 'brand'>('channel');
  const [from, setFrom] = useState('2026-10-01');
  const { data } = useQuery(valuesQuery('attempts', { from, to: '2026-11-01', by: [by] }));
  return (
    <>
      <p>{data ? `${data.values.length} rows` : 'no rows'}</p>
      <button type="button" onClick={() => setFrom('2026-10-15')}>other days</button>
      <button type="button" onClick={() => setBy('brand')}>other dimension</button>
    </>
  );
}

it('keeps the rows before while others come, but never those of another dimension', async () => {
  serve({ 'GET /api/v1/kpi/indicators/attempts/values': { body: { values: [{ at: '2026-10-01', channel: 'app', value: 1 }] } } });
  show(<Rows />);
  await screen.findByText('1 rows');
  fireEvent.click(screen.getByText('other days'));
  expect(screen.getByText('1 rows')).toBeTruthy();
  fireEvent.click(screen.getByText('other dimension'));
  expect(screen.getByText('no rows')).toBeTruthy();
});
