import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Comparison, Definition, Value } from '@/api/indicators';
import { show } from '@/testing/render';
import { KpiTile } from './kpi-tile';

const definition = {
  id: 'success-rate',
  unit: 'rate',
  direction: 'up',
  minimumN: 30,
  version: 1,
  validFrom: '2000-01-01',
  numerator: 'successes',
  denominator: 'successes + failures',
  exclusions: null,
  names: { 'zh-CN': '办理成功率', en: 'Success rate' },
  statement: { 'zh-CN': '成功 ÷（成功 + 失败）', en: 'Successes over successes and failures' },
} as unknown as Definition;

const value = (part: Partial<Value>) => ({ value: 0.95, n: 1234, complete: true, comparison: null, ...part }) as Value;
const comparison = (part: Partial<Comparison>) => ({ value: 0.93, difference: 0.02, beyondNoise: true, own: null, ...part }) as unknown as Comparison;

function tile(shown: Value | undefined, compared: Comparison | null = null) {
  show(
    <KpiTile
      definition={definition}
      value={shown}
      comparisons={[{ name: 'Previous', comparison: compared }]}
      points={[]}
      period="Last 7 days"
      running
      to="/explore?i=success-rate"
      freshness={null}
    />,
  );
}

describe('KpiTile', () => {
  it('leads to what it counts, with n and the change in points and words', () => {
    tile(value({}), comparison({}));
    expect(screen.getByText('95.00%').getAttribute('href')).toBe('/explore?i=success-rate');
    expect(screen.getByText('n=1,234')).toBeTruthy();
    expect(screen.getByText('+2.00 pt')).toBeTruthy();
    expect(screen.getByText('better')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Definition: Success rate' })).toBeTruthy();
  });

  it('does not rate what is too few, nor call noise a change', () => {
    tile(value({ n: 12 }), comparison({}));
    expect(screen.getAllByText('n=12, too few to rate').length).toBeGreaterThan(0);
    expect(screen.queryByText('95.00%')).toBeNull();
    expect(screen.queryByText('+2.00 pt')).toBeNull();
  });

  it('says within noise in place of better', () => {
    tile(value({}), comparison({ beyondNoise: false }));
    expect(screen.getByText('within noise')).toBeTruthy();
    expect(screen.queryByText('better')).toBeNull();
  });

  it('compares the elapsed part of a period that goes on', () => {
    tile(value({ value: 0.9, complete: false }), comparison({ own: { from: '', to: '', value: 0.95 } as never }));
    expect(screen.getByText('90.00%')).toBeTruthy();
    expect(screen.getByText('+2.00 pt')).toBeTruthy();
    expect(screen.getByText('in progress')).toBeTruthy();
  });

  it('tells no data from zero', () => {
    tile(undefined);
    expect(screen.getByText('No data')).toBeTruthy();
  });
});
