import { useCallback, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { filterSearch, useFilters } from '@/filters/filters';
import { isSingle } from '@/kit/keys';
import type { Screen } from './screens';

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
      if (!isSingle(event)) return;
      const screen = Date.now() - going < WAIT ? screens.find(({ key }) => key === event.key) : undefined;
      going = 0;
      if (screen) {
        // Not the same key of the screen that is left.
        event.preventDefault();
        void navigate(screen.path + filterSearch(filters));
      } else if (event.key === 'g') going = Date.now();
      else if (event.key === '?') setOpen('help');
      else if (event.key === 'c') clear();
    };
    // Before the keys of a screen, which may be the second of two.
    document.addEventListener('keydown', pressed, true);
    return () => document.removeEventListener('keydown', pressed, true);
  }, [screens, navigate, filters, clear]);

  return {
    palette: open === 'palette',
    help: open === 'help',
    openPalette: useCallback(() => setOpen('palette'), []),
    openHelp: useCallback(() => setOpen('help'), []),
    close,
  };
}
