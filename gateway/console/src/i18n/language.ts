import { useSyncExternalStore } from 'react';

/** `pseudo` is English with accents and 40 % longer: what is cut off or not translated shows. Only tests and developers choose it. */
export type Language = 'zh-CN' | 'en' | 'pseudo';

const KEY = 'language';
const listeners = new Set<() => void>();

function initial(): Language {
  const saved = localStorage.getItem(KEY);
  if (saved === 'zh-CN' || saved === 'en' || saved === 'pseudo') return saved;
  return navigator.language.startsWith('en') ? 'en' : 'zh-CN';
}

let current: Language = initial();
document.documentElement.lang = tag();

/** The language as HTML and HTTP name it. */
export function tag(): 'zh-CN' | 'en' {
  return current === 'zh-CN' ? 'zh-CN' : 'en';
}

/** Whether somebody chose it in this browser. */
export function isLanguageChosen(): boolean {
  return localStorage.getItem(KEY) !== null;
}

export function getLanguage(): Language {
  return current;
}

export function setLanguage(language: Language): void {
  current = language;
  localStorage.setItem(KEY, language);
  document.documentElement.lang = tag();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, getLanguage);
}
