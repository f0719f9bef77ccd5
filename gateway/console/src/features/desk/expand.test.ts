import { describe, expect, it } from 'vitest';
import { plain, replaced, triggerAt } from './expand';
import { PHRASES, phrasesFor } from './phrases';

describe('triggerAt', () => {
  it.each([
    ['::', 'phrase', '', 0],
    ['Good day ::He', 'phrase', 'he', 9],
    ['您好：：thanks', 'phrase', 'thanks', 2],
    ['??roaming fee', 'article', 'roaming fee', 0],
    ['one\n？？漫游', 'article', '漫游', 4],
    ['see ??', 'article', '', 4],
  ])('finds what is typed in %j', (text, kind, query, from) => {
    expect(triggerAt(text, text.length)).toEqual({ kind, query, from, to: text.length });
  });

  it.each(['really?? yes', '真的吗？？', 'a::b c', 'plain', '??one\ntwo', 'std: :x'])('finds nothing in %j', (text) => {
    expect(triggerAt(text, text.length)).toBeNull();
  });

  it('looks before the caret alone', () => {
    expect(triggerAt('::he and more', 4)).toEqual({ kind: 'phrase', query: 'he', from: 0, to: 4 });
  });
});

it('puts something in its place and the caret after it', () => {
  expect(replaced('a ::b c', { from: 2, to: 5 }, 'XYZ')).toEqual({ text: 'a XYZ c', caret: 5 });
});

describe('plain', () => {
  it('leaves what a reader sees', () => {
    const markdown = '# Roaming\n\nSwitch **roaming** on in the `app`:\n\n* [Settings](/settings)\n* [Help](https://example.com/help)\n\n\n> ask us';
    expect(plain(markdown)).toBe('Roaming\n\nSwitch roaming on in the app:\n\n- Settings\n- Help https://example.com/help\n\nask us');
  });

  it('leaves signs that are no markup', () => {
    expect(plain('3 * 4 = 12, user_name, 5# key')).toBe('3 * 4 = 12, user_name, 5# key');
  });
});

describe('phrases', () => {
  it('are found by their word, then by what they say', () => {
    expect(phrasesFor('he', 'en')[0]!.word).toBe('hello');
    expect(phrasesFor('工单', 'zh-CN').map(({ word }) => word)).toContain('ticket');
    expect(phrasesFor('zzz', 'en')).toEqual([]);
  });

  it('have words of their own', () => {
    expect(new Set(PHRASES.map(({ word }) => word)).size).toBe(PHRASES.length);
  });
});
