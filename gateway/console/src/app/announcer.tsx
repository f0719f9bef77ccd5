import { useQuery } from '@tanstack/react-query';
import { openWarningsQuery } from '@/api/warnings';
import { useMessages } from '@/i18n/messages';
import { Polite } from '@/kit/polite';
import { appMessages } from './messages';

/** How many warnings wait for somebody. */
export function useNewWarnings(): number {
  const { data } = useQuery(openWarningsQuery);
  return data?.filter(({ state }) => state === 'new').length ?? 0;
}

/** Tells screen readers, politely, when there are more warnings than before. */
export function Announcer() {
  const t = useMessages(appMessages);
  return <Polite count={useNewWarnings()} say={(n) => t('warnings.new', { n })} />;
}
