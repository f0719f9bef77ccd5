import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/client';
import * as api from '@/api/imports';
import { ImportRun, type Progress } from './run-import';

vi.mock('@/api/imports');

const mapping = { name: 'boss', source: 'boss', history: true, zone: 'Asia/Shanghai', delimiter: ',', fields: [] } as api.Mapping;
const facts = { sha256: 'f'.repeat(64), encoding: 'utf-8', json: false } as const;
const resource = (part: object = {}) => ({ id: 'imp_1', rows: 0, lag: 0, done: true, rejected: {}, unknown: {}, ...part }) as unknown as api.Import;
const transaction = (row: number) => ({ row, id: `B${row}` }) as api.RowTransaction;
const problem = (status: number) => new ApiError({ type: 'urn:x', title: 'x', status, correlationId: 'c' });

let told: Progress[];
let stop: AbortController;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 500 });
  told = [];
  stop = new AbortController();
  vi.mocked(api.startImport).mockResolvedValue(resource({ done: false }));
  vi.mocked(api.reportImport).mockResolvedValue(resource());
  vi.mocked(api.getImport).mockResolvedValue(resource({ accepted: 5 }));
  vi.mocked(api.sendChunk).mockImplementation((_, __, rows) => Promise.resolve({ accepted: rows.length, rejected: [], rejectedTotal: 0 }));
  // Every third row of a piece is none.
  vi.mocked(api.mapRows).mockImplementation((_, text, __, row) => {
    const rows = text.trimEnd().split('\n').length - 1;
    const numbers = Array.from({ length: rows }, (_, i) => row + i + 1);
    const rejected = numbers.filter((n) => n % 3 === 0).map((n) => ({ row: n, line: n + 1, cause: 'time', text: '***' }));
    return Promise.resolve({ rows, transactions: numbers.filter((n) => n % 3 !== 0).map(transaction), rejected });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});

function start(rows: number): ImportRun {
  const text = `h\n${Array.from({ length: rows }, (_, i) => `row ${i + 1}`).join('\n')}\n`;
  return new ImportRun({ file: new File([text], 'a.csv'), facts, mapping }, stop.signal, (progress) => told.push(progress));
}

describe('ImportRun', () => {
  it('sends every piece once, says its counts at the end, and waits until all is counted', async () => {
    vi.mocked(api.getImport).mockResolvedValueOnce(resource({ lag: 7 }));
    await start(9_000).run();
    expect(vi.mocked(api.mapRows).mock.calls.map(([, , , row, line]) => [row, line])).toEqual([
      [0, 1],
      [4_000, 4_001],
      [8_000, 8_001],
    ]);
    expect(vi.mocked(api.sendChunk).mock.calls.map(([, key, rows]) => [key, rows.length])).toEqual([
      ['imp_1:b1', 2_667],
      ['imp_1:b4001', 2_667],
      ['imp_1:b8002', 666],
    ]);
    expect(vi.mocked(api.reportImport).mock.lastCall).toEqual(['imp_1', 9_000, { time: 3_000 }, true, stop.signal]);
    expect(told.map(({ phase }) => phase)).toContain('counting');
    expect(told.at(-1)).toMatchObject({ phase: 'done', rows: 9_000, rejected: { time: 3_000 } });
  });

  it('counts what the ingestion refuses, and sends on what follows a list that is full', async () => {
    vi.mocked(api.sendChunk).mockResolvedValueOnce({ accepted: 1, rejected: [{ line: 2, errors: { at: ['too old'] } }], rejectedTotal: 2 });
    const run = start(5);
    await run.run();
    expect(vi.mocked(api.sendChunk).mock.calls.map(([, key, rows]) => [key, rows.map(({ row }) => row)])).toEqual([
      ['imp_1:b1', [1, 2, 4, 5]],
      ['imp_1:b4', [4, 5]],
    ]);
    expect(run.rejects.map(({ row, cause }) => [row, cause])).toEqual([
      [2, 'time'],
      [3, 'time'],
    ]);
  });

  it('waits for a service that is busy, and says so', async () => {
    vi.mocked(api.sendChunk).mockRejectedValueOnce(problem(503)).mockRejectedValueOnce(problem(429));
    await start(2).run();
    expect(told.some(({ waiting }) => waiting)).toBe(true);
    expect(told.at(-1)).toMatchObject({ phase: 'done', waiting: false });
  });

  it('ends with a fault that waiting does not cure', async () => {
    vi.mocked(api.mapRows).mockRejectedValueOnce(problem(400));
    await expect(start(2).run()).rejects.toThrow(ApiError);
    expect(api.reportImport).not.toHaveBeenCalled();
  });

  it('ends with a fault of the piece before', async () => {
    vi.mocked(api.sendChunk).mockRejectedValueOnce(problem(404));
    await expect(start(9_000).run()).rejects.toThrow(ApiError);
  });

  it('stops when it is told to', async () => {
    vi.mocked(api.sendChunk).mockImplementationOnce(() => {
      stop.abort();
      return Promise.reject(problem(503));
    });
    await expect(start(2).run()).rejects.toThrow(/abort/);
    expect(api.reportImport).not.toHaveBeenCalled();
  });
});
