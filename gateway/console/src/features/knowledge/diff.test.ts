import { describe, expect, it } from 'vitest';
import { diffLines } from './diff';

const told = (before: string, after: string) => diffLines(before, after).map(({ kind, text }) => ({ same: ' ', added: '+', removed: '-' })[kind] + text);

describe('the difference of two texts', () => {
  it('is nothing where they are the same', () => {
    expect(told('a\nb', 'a\nb')).toEqual([' a', ' b']);
    expect(told('', '')).toEqual([]);
  });

  it('keeps the lines that both have', () => {
    expect(told('a\nb\nc\nd', 'a\nx\nc\ny\nd')).toEqual([' a', '-b', '+x', ' c', '+y', ' d']);
    expect(told('', 'a\nb')).toEqual(['+a', '+b']);
    expect(told('a\r\nb', 'b')).toEqual(['-a', ' b']);
  });

  it('gives both texts back', () => {
    const [before, after] = ['1\n2\n3\n4\n5\n2', '2\n9\n4\n5\n7\n2\n2'];
    const lines = diffLines(before, after);
    expect(lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text).join('\n')).toBe(before);
    expect(lines.filter(({ kind }) => kind !== 'removed').map(({ text }) => text).join('\n')).toBe(after);
  });

  it('gives up on the common lines of very long texts, and not on the rest', () => {
    const many = (word: string) => Array.from({ length: 3_000 }, (_, i) => `${word}${i}`).join('\n');
    expect(diffLines(`first\n${many('a')}`, `first\n${many('b')}`)).toHaveLength(6_001);
  });
});
