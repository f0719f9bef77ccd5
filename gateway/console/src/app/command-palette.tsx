import { type KeyboardEvent, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { useDefinitions } from '@/api/indicators';
import { filterSearch, useFilters } from '@/filters/filters';
import { setLanguage, useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { setTheme, useTheme } from '@/theme/theme';
import { appMessages } from './messages';
import type { Screen } from './screens';
import styles from './shell.module.css';

interface Command {
  id: string;
  text: string;
  /** Also found by these words. */
  words: string;
  run: () => void;
}

interface Props {
  screens: readonly Screen[];
  open: boolean;
  onClose: () => void;
}

const SHOWN = 12;

/** Everything by name: screens, indicators, switches. */
export function CommandPalette({ screens, open, onClose }: Props) {
  const t = useMessages(appMessages);
  return (
    <Dialog title={t('palette.title')} open={open} onClose={onClose}>
      <Commands screens={screens} onClose={onClose} />
    </Dialog>
  );
}

function Commands({ screens, onClose }: Omit<Props, 'open'>) {
  const t = useMessages(appMessages);
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands(screens).filter((command) => matches(command, text)).slice(0, SHOWN);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((now) => (now + step + commands.length) % Math.max(1, commands.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(commands[at]);
    }
  };
  return (
    <>
      <input
        className={styles.paletteInput}
        role="combobox"
        aria-label={t('palette.placeholder')}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={commands[at] && `${id}-${commands[at].id}`}
        placeholder={t('palette.placeholder')}
        value={text}
        onKeyDown={pressed}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
      />
      <div id={`${id}-list`} className={styles.paletteList} role="listbox" aria-label={t('palette.title')}>
        {commands.map((command, i) => (
          // The keyboard is with the input, as a combobox wants it.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div key={command.id} id={`${id}-${command.id}`} role="option" tabIndex={-1} aria-selected={i === at} onClick={() => run(command)}>
            {command.text}
          </div>
        ))}
      </div>
      {commands.length === 0 && <p role="status">{t('palette.none')}</p>}
    </>
  );
}

function useCommands(screens: readonly Screen[]): Command[] {
  const t = useMessages(appMessages);
  const language = useLanguage();
  const theme = useTheme();
  const navigate = useNavigate();
  const { filters, clear } = useFilters();
  const definitions = useDefinitions();
  const search = filterSearch(filters);
  const explores = screens.some(({ path }) => path === '/explore');
  const indicators = explores ? [...definitions.values()] : [];
  return [
    ...screens.map(({ path, name }) => ({
      id: `go-${name}`,
      text: t('palette.go', { screen: t(name) }),
      words: path,
      run: () => void navigate(path + search),
    })),
    ...indicators.map(({ id, names }) => ({
      id,
      text: t('palette.indicator', { name: nameIn(names, language) }),
      words: `${id} ${names['zh-CN']} ${names.en}`,
      run: () => void navigate(`/explore?${new URLSearchParams([...new URLSearchParams(search), ['i', id]])}`),
    })),
    { id: 'clear', text: t('help.clear'), words: 'clear filters', run: clear },
    {
      id: 'theme',
      text: theme === 'dark' ? t('theme.to-light') : t('theme.to-dark'),
      words: 'theme dark light',
      run: () => setTheme(theme === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'language',
      text: t('language.label'),
      words: 'language English 中文',
      run: () => setLanguage(language === 'zh-CN' ? 'en' : 'zh-CN'),
    },
  ];
}

function matches({ text, words }: Command, typed: string): boolean {
  const all = `${text} ${words}`.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}
