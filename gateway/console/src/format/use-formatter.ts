import { useMemo } from 'react';
import { useLanguage } from '@/i18n/language';
import { Formatter } from './format';

export function useFormatter(): Formatter {
  const language = useLanguage();
  return useMemo(() => new Formatter(language), [language]);
}
