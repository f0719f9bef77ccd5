import { describe, expect, it } from 'vitest';
import { type Piece, piecesOf } from './pieces';

async function cut(text: string, json = false, chunk = 1000): Promise<Piece[]> {
  async function* chunks() {
    for (let at = 0; at < text.length; at += chunk) yield text.slice(at, at + chunk);
  }
  const pieces: Piece[] = [];
  for await (const piece of piecesOf(chunks(), json)) pieces.push(piece);
  return pieces;
}

const rows = (n: number, row = 'a,b') => Array.from({ length: n }, (_, i) => `${i},${row}`);

describe('piecesOf', () => {
  it('gives every piece the headers and every row once', async () => {
    const all = rows(9_500);
    const pieces = await cut(['h1,h2', ...all].join('\n'));
    expect(pieces.map(({ line }) => line)).toEqual([1, 4001, 8001]);
    expect(pieces.every(({ text }) => text.startsWith('h1,h2\n'))).toBe(true);
    expect(pieces.flatMap(({ text }) => text.trimEnd().split('\n').slice(1))).toEqual(all);
  });

  it('does not cut a row that breaks over lines', async () => {
    const all = [...rows(3_999), '"x', 'y"', ...rows(30)];
    const [first, second] = await cut(['h', ...all].join('\n'));
    expect(first!.text.split('\n').length).toBeGreaterThan(4_020);
    expect(second!.line).toBe(first!.text.trimEnd().split('\n').length);
  });

  it('waits for no end of a quote that never closes', async () => {
    const all = [...rows(3_000), '"open', ...rows(6_000)];
    const [first] = await cut(['h', ...all].join('\n'));
    expect(first!.text.trimEnd().split('\n')).toHaveLength(4_001);
  });

  it('cuts where every line has a quote too many, rather than grow for ever', async () => {
    const pieces = await cut(['h', ...rows(20_000, '"')].join('\n'));
    expect(pieces).toHaveLength(3);
  });

  it('counts blank lines, before the headers too', async () => {
    const [piece] = await cut('\n\nh\n\na\n');
    expect(piece).toEqual({ text: 'h\n\na\n', line: 3 });
  });

  it('takes a line of JSON for a row, without headers', async () => {
    const pieces = await cut(rows(4_001, '{"a":"\\""}').join('\n'), true);
    expect(pieces.map(({ text, line }) => [text.trimEnd().split('\n').length, line])).toEqual([
      [4_000, 0],
      [1, 4_000],
    ]);
  });

  it('has none of a file without rows', async () => {
    expect(await cut('')).toEqual([]);
    expect(await cut('h\n')).toEqual([]);
  });
});
