import { useCallback, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { filterSearch, useFilters } from '@/filters/filters';
import type { Screen } from './screens';

const OFF = 'single-keys-off';

/** Single keys may be switched off (WCAG 2.1.4): who dictates would press them without knowing. */
export function singleKeysOff(): boolean {
  return localStorage.getItem(OFF) !== null;
}

export function switchSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, '1');
}

export interface Shortcuts {
  palette: boolean;
  help: boolean;
  openPalette: () => void;
  openHelp: () => void;
  close: () => void;
}

/** How long `g` waits for the key of a screen. */
const WAIT = 1_500;

/** Ctrl/Cmd+K: commands; ?: help; g and a key: a screen; c: clear the filters. Silent while somebody types. */
export function useShortcuts(screens: readonly Screen[]): Shortcuts {
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const navigate = useNavigate();
  const { filters, clear } = useFilters();
  const close = useCallback(() => setOpen(null), []);

  useEffect(() => {
    let going = 0;
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen('palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || singleKeysOff() || isTyping(event.target)) return;
      const screen = Date.now() - going < WAIT ? screens.find(({ key }) => key === event.key) : undefined;
      going = 0;
      if (screen) void navigate(screen.path + filterSearch(filters));
      else if (event.key === 'g') going = Date.now();
      else if (event.key === '?') setOpen('help');
      else if (event.key === 'c') clear();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [screens, navigate, filters, clear]);

  return {
    palette: open === 'palette',
    help: open === 'help',
    openPalette: useCallback(() => setOpen('palette'), []),
    openHelp: useCallback(() => setOpen('help'), []),
    close,
  };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, dialog') !== null);
}
