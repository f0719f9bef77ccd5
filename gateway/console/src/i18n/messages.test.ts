import { describe, expect, it } from 'vitest';
import { type Messages, pseudo, translate } from './messages';

const files = import.meta.glob<Record<string, unknown>>('../**/messages.ts', { eager: true });
const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*', '!../api/generated/**'], { eager: true, query: '?raw', import: 'default' });

/** Messages of a feature are its own; those of the kit are for everybody. */
const scopeOf = (path: string) => (path.includes('/features/') || path.includes('/app/') ? path.slice(0, path.lastIndexOf('/') + 1) : '../');
const all = Object.entries(files).flatMap(([path, module]) =>
  Object.values(module)
    .filter((value): value is Messages<string> => typeof value === 'object' && value !== null && 'zh-CN' in value)
    .map((messages) => ({ path, messages })),
);

describe('messages', () => {
  it.each(all)('have both languages and the same placeholders in $path', ({ messages }) => {
    const placeholders = (message: unknown) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g))].sort();
    expect(Object.keys(messages.en).sort()).toEqual(Object.keys(messages['zh-CN']).sort());
    for (const key of Object.keys(messages.en)) {
      expect(JSON.stringify(messages['zh-CN'][key])).not.toBe('""');
      const count = (list: string[]) => list.filter((name) => name !== '{n}');
      expect(count(placeholders(messages.en[key])), key).toEqual(count(placeholders(messages['zh-CN'][key])));
    }
  });

  it.each(all)('of $path are all used', ({ path, messages }) => {
    const texts = Object.entries(sources)
      .filter(([source]) => source.startsWith(scopeOf(path)) && !source.endsWith('/messages.ts'))
      .map(([, text]) => text)
      .join('\n');
    const unused = Object.keys(messages.en).filter((key) => !texts.includes(`'${key}'`) && !prefixed(key, texts));
    expect(unused).toEqual([]);
  });

  it('chooses one or other by n', () => {
    const messages = { 'zh-CN': { rows: '{n} 行' }, en: { rows: { one: '{n} row', other: '{n} rows' } } };
    expect(translate(messages, 'en', 'rows', { n: 1 })).toBe('1 row');
    expect(translate(messages, 'en', 'rows', { n: 1234 })).toBe('1,234 rows');
    expect(translate(messages, 'zh-CN', 'rows', { n: 1 })).toBe('1 行');
  });

  it('makes the pseudo-locale 40 % longer and keeps placeholders', () => {
    expect(pseudo('Open {name}')).toContain('{name}');
    expect(pseudo('Open {name}').length).toBeGreaterThanOrEqual('Open {name}'.length * 1.4);
  });
});

/** Keys made of a fixed word and a code, as in t(`state.${state}`). */
function prefixed(key: string, texts: string): boolean {
  return [...key.matchAll(/\./g)].some(({ index }) => texts.includes(`\`${key.slice(0, index + 1)}\${`));
}
