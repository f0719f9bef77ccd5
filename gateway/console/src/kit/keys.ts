import { useEffect, useRef, useSyncExternalStore } from 'react';

const OFF = 'single-keys-off';

/** Single keys may be switched off (WCAG 2.1.4): who dictates would press them without knowing. */
export function singleKeysOff(): boolean {
  return localStorage.getItem(OFF) !== null;
}

export function switchSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, '1');
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, dialog') !== null);
}

/** Whether a key is pressed alone, by somebody who does not type, and nobody took it as a part of something longer. */
export function isSingle(event: KeyboardEvent): boolean {
  return !(event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || singleKeysOff() || isTyping(event.target));
}

/** A key of a screen, with what it does in words. */
export interface ScreenKey {
  /** As the help shows it: `j`, `Ctrl Enter`. */
  keys: string;
  text: string;
  /** Missing where the key is heard elsewhere, in a field for one. */
  act?: () => void;
}

let shown: readonly ScreenKey[] = [];
const listeners = new Set<() => void>();

function show(keys: readonly ScreenKey[]): void {
  shown = keys;
  for (const listener of listeners) listener();
}

/** Hears the single keys of a screen while it is there, and tells the help about them. */
export function useScreenKeys(keys: readonly ScreenKey[]): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => show(keys), [keys]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const key = isSingle(event) ? latest.current.find(({ keys, act }) => keys === event.key && act) : undefined;
      if (!key) return;
      // The letter is not for the field that it leads to.
      event.preventDefault();
      key.act!();
    };
    document.addEventListener('keydown', pressed);
    return () => {
      document.removeEventListener('keydown', pressed);
      show([]);
    };
  }, []);
}

/** The keys of the screen that is there. */
export function useShownKeys(): readonly ScreenKey[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
