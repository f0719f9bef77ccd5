import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { type Preferences, preferencesQuery, savePreferences } from '@/api/preferences';
import { isLanguageChosen, type Language, setLanguage, useLanguage } from '@/i18n/language';
import { type Direction, isChosen, setDirection, setTheme, type ThemeChoice, useDirection, useThemeChoice } from '@/theme/theme';

/**
 * Keeps language, theme and colours with the account. What was chosen in this browser stays; a new browser begins as the account has it.
 * Where they cannot be kept, the browser's own are used: nothing to bother the reader with.
 */
export function usePreferences(): void {
  const { data } = useQuery(preferencesQuery);
  const save = useSavePreferences();
  const language = useLanguage();
  const theme = useThemeChoice();
  const direction = useDirection();
  const first = useRef(true);

  useEffect(() => {
    if (data) adopt(data);
  }, [data]);

  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    if (language !== 'pseudo') save({ language, theme, directionColours: direction });
  }, [language, theme, direction, save]);
}

/** Changes a part of what is kept. */
export function useSavePreferences(): (part: Partial<Preferences>) => void {
  const queries = useQueryClient();
  return useCallback(
    (part) => {
      const known = queries.getQueryData(preferencesQuery.queryKey);
      if (!known) return;
      const next = { ...known, ...part };
      queries.setQueryData(preferencesQuery.queryKey, next);
      savePreferences(next).catch(() => undefined);
    },
    [queries],
  );
}

function adopt({ language, theme, directionColours }: Preferences): void {
  if (language && !isLanguageChosen()) setLanguage(language as Language);
  if (theme && !isChosen('theme')) setTheme(theme as ThemeChoice);
  if (directionColours && !isChosen('direction')) setDirection(directionColours as Direction);
}
