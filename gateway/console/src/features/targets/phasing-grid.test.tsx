import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/client';
import { setTargets, type Target, type TargetChange } from '@/api/targets';
import { setLanguage } from '@/i18n/language';
import type { NoticeText } from '@/kit/notice';
import { PhasingGrid } from './phasing-grid';
import { treeOf } from './tree';
import { useFolding } from './use-folding';
import { cellKey, useTargetEdits } from './use-target-edits';

vi.mock('@/api/targets', async (original) => ({ ...(await original<object>()), setTargets: vi.fn() }));

const MONTHS = ['2026-10', '2026-11', '2026-12'];
const target = (channel: string | null, month: string, value: number): Target => ({
  indicator: 'attempts',
  channel,
  region: null,
  month,
  value,
  updatedAt: '2026-11-01T00:00:00Z',
  updatedBy: 'user:a',
  revision: 7,
});
const change = (part: Partial<TargetChange>): TargetChange => ({ id: 8, ...target(null, '2026-11', 0), before: 100, after: 250, at: '', by: '', ...part });

let notices: (NoticeText | null)[];

function Grid({ readOnly }: { readOnly: boolean }) {
  const targets = new Map([target(null, '2026-11', 100), target('app', '2026-11', 40)].map((one) => [cellKey(one), one]));
  const edits = useTargetEdits(targets, (notice) => notices.push(notice));
  const scopes = treeOf([...targets.values()], undefined, []);
  return <PhasingGrid caption="grid" scopes={scopes} months={MONTHS} current="2026-11" targets={targets} folding={useFolding()} edits={readOnly ? null : edits} />;
}

function show(readOnly = false) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } });
  render(
    <QueryClientProvider client={queries}>
      <Grid readOnly={readOnly} />
    </QueryClientProvider>,
  );
}

const cell = (scope: string, month: string) => screen.getByLabelText((label) => label.startsWith(`attempts · ${scope}, ${month}`), { selector: 'td' });
const key = (name: string) => act(async () => void fireEvent.keyDown(document.activeElement!, { key: name }));
const type = (text: string) => act(async () => void fireEvent.change(document.activeElement!, { target: { value: text } }));

beforeEach(() => {
  setLanguage('en');
  notices = [];
  vi.mocked(setTargets).mockReset();
  vi.mocked(setTargets).mockResolvedValue([change({})]);
});

describe('PhasingGrid', () => {
  it('is one stop for Tab, at the month that it is', () => {
    show();
    expect(screen.getAllByRole('cell').filter(({ tabIndex }) => tabIndex === 0)).toEqual([cell('Whole operator', 'Nov 2026')]);
  });

  it('moves with the arrow keys, and not over its edges', async () => {
    show();
    cell('Whole operator', 'Nov 2026').focus();
    for (const name of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight']) await key(name);
    expect(document.activeElement).toBe(cell('app', 'Dec 2026'));
    await key('Home');
    expect(document.activeElement).toBe(cell('app', 'Oct 2026'));
  });

  it('saves what is typed with the revision that was seen, goes down, and can be undone', async () => {
    show();
    cell('Whole operator', 'Nov 2026').focus();
    await key('2');
    await type('250');
    await key('Enter');
    expect(setTargets).toHaveBeenCalledWith([{ indicator: 'attempts', channel: null, region: null, month: '2026-11', value: 250, revision: 7 }]);
    expect(document.activeElement).toBe(cell('app', 'Nov 2026'));
    expect(notices[0]?.text).toBe('attempts · Whole operator, Nov 2026: 100 → 250');
    await act(async () => notices[0]?.undo?.());
    expect(setTargets).toHaveBeenLastCalledWith([expect.objectContaining({ value: 100, revision: 8 })]);
  });

  it('sets a target that was not there only if it still is not', async () => {
    show();
    cell('Whole operator', 'Nov 2026').focus();
    await key('ArrowRight');
    await key('5');
    await key('Enter');
    expect(setTargets).toHaveBeenCalledWith([expect.objectContaining({ month: '2026-12', value: 5, revision: 0 })]);
  });

  it('takes a target away with Delete, and forgets what is typed with Escape', async () => {
    show();
    cell('Whole operator', 'Nov 2026').focus();
    await key('9');
    await key('Escape');
    expect(setTargets).not.toHaveBeenCalled();
    await key('Delete');
    expect(setTargets).toHaveBeenCalledWith([expect.objectContaining({ value: null })]);
  });

  it('keeps what is not understood, and does not send it', async () => {
    show();
    cell('Whole operator', 'Nov 2026').focus();
    await key('1');
    await type('1.5');
    await key('Enter');
    expect(setTargets).not.toHaveBeenCalled();
    expect(cell('Whole operator', 'Nov 2026').textContent).toContain('1.5');
    expect(cell('Whole operator', 'Nov 2026').getAttribute('aria-invalid')).toBe('true');
  });

  it('does not overwrite what somebody else has changed', async () => {
    vi.mocked(setTargets).mockRejectedValue(new ApiError({ type: '', title: 'changed', status: 412, correlationId: '' }));
    show();
    cell('Whole operator', 'Nov 2026').focus();
    await key('3');
    await key('Enter');
    expect(cell('Whole operator', 'Nov 2026').textContent).toContain('3');
    expect(cell('Whole operator', 'Nov 2026').getAttribute('aria-description')).toContain('Somebody else');
    await key('ArrowUp');
    await key('Enter');
    expect((document.activeElement as HTMLInputElement).value).toBe('3');
    await key('Enter');
    expect(setTargets).toHaveBeenCalledTimes(2);
  });

  it('takes a block of a spreadsheet as one change', async () => {
    show();
    cell('Whole operator', 'Nov 2026').focus();
    await act(async () => void fireEvent.paste(document.activeElement!, { clipboardData: { getData: () => '1\t2\t3\n4\t5\n6\n' } }));
    const [edits] = vi.mocked(setTargets).mock.calls[0]!;
    expect(edits.map(({ channel, month, value }) => [channel, month, value])).toEqual([
      [null, '2026-11', 1],
      [null, '2026-12', 2],
      ['app', '2026-11', 4],
      ['app', '2026-12', 5],
    ]);
  });

  it('changes nothing for who only reads', async () => {
    show(true);
    cell('Whole operator', 'Nov 2026').focus();
    await key('5');
    await key('Delete');
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(setTargets).not.toHaveBeenCalled();
  });

  it('closes what lies below a scope', async () => {
    show();
    await act(async () => screen.getByRole('button', { name: 'Close Whole operator' }).click());
    expect(screen.queryByLabelText('attempts · app, Nov 2026')).toBeNull();
  });
});
