import type { ArticleDetail, ArticleLine, Version } from '@/api/articles';
import { useZone } from '@/api/operator';
import { useNames } from '@/api/catalogue';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Line, Tone } from '@/kit/record';
import { messages } from './messages';

const HISTORY = ['created', 'drafted', 'reverted', 'submitted', 'approved', 'rejected', 'archived', 'restored'] as const;

export const TONES: Record<Version['status'] | 'archived', Tone> = {
  draft: 'info', submitted: 'warn', approved: 'good', rejected: 'bad', archived: 'quiet', superseded: 'quiet',
};

/** Articles as people read them. */
export function useArticleWords() {
  const t = useMessages(messages);
  const format = useFormatter();
  const zone = useZone();
  const name = useNames();
  const time = (instant: string) => format.instant(instant, zone);
  const by = (one: string) => one.replace(/^(user|key):/, '');
  const line = ({ number, at, by: who, what, version, reason }: ArticleLine): Line => {
    const known = HISTORY.find((one) => one === what);
    return {
      key: String(number),
      at: time(at),
      text: t('history.line', { what: known ? t(`what.${known}`) : what, version: String(version), by: by(who) }),
      more: reason ? [t('history.reason', { reason })] : [],
    };
  };
  /** What is newer than the revision that was read. */
  const news = ({ history }: ArticleDetail, read: number): Line[] => history.filter(({ number }) => number > read).map(line);
  return { t, format, name, time, by, line, news };
}
