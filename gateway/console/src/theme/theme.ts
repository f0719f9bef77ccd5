import { useMemo, useSyncExternalStore } from 'react';
import { type Colours, DARK, LIGHT } from './colours';

export type Theme = 'light' | 'dark';
export type ThemeChoice = Theme | 'system';
/** Which colour says better: by meaning (blue, orange), or as stock markets in the west or in China do. */
export type Direction = 'neutral' | 'green-up' | 'red-up';

const listeners = new Set<() => void>();
const system = matchMedia('(prefers-color-scheme: dark)');

let choice: ThemeChoice = saved('theme', ['light', 'dark', 'system'], 'system');
let direction: Direction = saved('direction', ['neutral', 'green-up', 'red-up'], 'neutral');

function saved<T extends string>(key: string, allowed: readonly T[], fallback: T): T {
  const value = localStorage.getItem(key) as T | null;
  return value !== null && allowed.includes(value) ? value : fallback;
}

/** Whether somebody chose it in this browser. */
export function isChosen(key: 'theme' | 'direction'): boolean {
  return localStorage.getItem(key) !== null;
}

export function getTheme(): Theme {
  if (choice !== 'system') return choice;
  return system.matches ? 'dark' : 'light';
}

export function setTheme(next: ThemeChoice): void {
  choice = next;
  localStorage.setItem('theme', next);
  changed();
}

export function setDirection(next: Direction): void {
  direction = next;
  localStorage.setItem('direction', next);
  changed();
}

export function coloursOf(theme: Theme, pair: Direction = direction): Colours {
  const colours = theme === 'dark' ? DARK : LIGHT;
  if (pair === 'neutral') return colours;
  const [up, down] = pair === 'green-up' ? [colours.success, colours.error] : [colours.error, colours.success];
  return { ...colours, better: up, worse: down };
}

/** Gives the style sheets the colours of the theme, as variables: --surface, --text … */
export function applyTheme(): void {
  const theme = getTheme();
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.style.colorScheme = theme;
  for (const [name, value] of Object.entries(coloursOf(theme))) {
    const property = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (typeof value === 'string') root.style.setProperty(property, value);
    else value.forEach((colour: string, i: number) => root.style.setProperty(`${property}-${i + 1}`, colour));
  }
}

function changed(): void {
  applyTheme();
  for (const listener of listeners) listener();
}

system.addEventListener('change', changed);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, getTheme);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => choice);
}

/** The colours of the theme that is shown, with the reader's colours of change. */
export function useColours(): Colours {
  const theme = useTheme();
  const pair = useDirection();
  return useMemo(() => coloursOf(theme, pair), [theme, pair]);
}

export function useDirection(): Direction {
  return useSyncExternalStore(subscribe, () => direction);
}
