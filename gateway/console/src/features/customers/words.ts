import { useZone } from '@/api/operator';
import { useNames } from '@/api/catalogue';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { messages } from './messages';

/** Customers as people read them. */
export function useCustomerWords() {
  const t = useMessages(messages);
  const format = useFormatter();
  const zone = useZone();
  const name = useNames();
  const time = (instant: string) => format.instant(instant, zone);
  const by = (one: string) => one.replace(/^(user|key):/, '');
  return { t, format, name, time, by };
}
