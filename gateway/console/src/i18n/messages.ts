import { useCallback } from 'react';
import { type Language, useLanguage } from './language';

/** A sentence with `{name}` for values; where English counts, one sentence for one and one for more, chosen by the value `n`. */
export type Message = string | { one: string; other: string };

export interface Messages<Key extends string> {
  'zh-CN': Record<Key, Message>;
  en: Record<Key, Message>;
}

export type Values = Record<string, string | number>;

export type Translate<Key extends string> = (key: Key, values?: Values) => string;

/** Messages of a folder: both languages have the same keys, or it does not compile. */
export function defineMessages<T extends Record<string, Message>>(messages: {
  'zh-CN': T;
  en: { [Key in keyof T]: Message };
}): Messages<Extract<keyof T, string>> {
  return messages as Messages<Extract<keyof T, string>>;
}

export function translate<Key extends string>(messages: Messages<Key>, language: Language, key: Key, values: Values = {}): string {
  const message = messages[language === 'zh-CN' ? 'zh-CN' : 'en'][key];
  const text = typeof message === 'string' ? message : message[values.n === 1 ? 'one' : 'other'];
  const filled = (language === 'pseudo' ? pseudo(text) : text).replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name], language));
  return filled;
}

export function useMessages<Key extends string>(messages: Messages<Key>): Translate<Key> {
  const language = useLanguage();
  return useCallback((key, values) => translate(messages, language, key, values), [messages, language]);
}

function shown(value: string | number | undefined, language: Language): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : value.toLocaleString(language === 'zh-CN' ? 'zh-CN' : 'en');
}

const ACCENTS: Record<string, string> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', c: 'ç', n: 'ñ' };

/** Accents on every vowel and 40 % more of it; placeholders stay. */
export function pseudo(text: string): string {
  const accented = text.replace(/\{\w+\}|[a-zA-Z]/g, (part) => ACCENTS[part] ?? part);
  return `${accented}${'·'.repeat(Math.ceil(text.length * 0.4))}`;
}

/** A name that the catalogue gives in both languages. */
export interface Names {
  'zh-CN': string;
  en: string;
}

export function nameIn(names: Names, language: Language): string {
  return language === 'zh-CN' ? names['zh-CN'] : names.en;
}
