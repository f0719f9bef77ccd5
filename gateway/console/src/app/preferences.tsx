import { useLanguage, setLanguage } from '@/i18n/language';
import { useMessages } from '@/i18n/messages';
import { setTheme, useTheme } from '@/theme/theme';
import { appMessages } from './messages';
import styles from './shell.module.css';

export function LanguageSwitch() {
  const t = useMessages(appMessages);
  const language = useLanguage();
  return (
    <button
      type="button"
      className={styles.quiet}
      lang={language === 'zh-CN' ? 'en' : 'zh-CN'}
      onClick={() => setLanguage(language === 'zh-CN' ? 'en' : 'zh-CN')}
    >
      {t('language')}
    </button>
  );
}

export function ThemeSwitch() {
  const t = useMessages(appMessages);
  const dark = useTheme() === 'dark';
  return (
    <button
      type="button"
      className={styles.quiet}
      aria-label={dark ? t('theme.to-light') : t('theme.to-dark')}
      onClick={() => setTheme(dark ? 'light' : 'dark')}
    >
      {dark ? t('theme.light') : t('theme.dark')}
    </button>
  );
}
