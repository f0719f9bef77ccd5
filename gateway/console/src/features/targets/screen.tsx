import { useMessages } from '@/i18n/messages';
import { messages } from './messages';

export function Screen() {
  const t = useMessages(messages);
  return <h2>{t('heading')}</h2>;
}
