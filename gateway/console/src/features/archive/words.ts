import { useQuery } from '@tanstack/react-query';
import type { ArchivedCase, Entry, Share, VerdictWord } from '@/api/archive';
import { useNames } from '@/api/catalogue';
import { useZone } from '@/api/operator';
import { faultClassesQuery } from '@/api/promises';
import { NOT_FIRST_TIME } from '@/api/tickets';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import type { Tone } from '@/kit/record';
import { rateOf } from './figures';
import { messages } from './messages';

export const VERDICT_LOOKS: Record<VerdictWord | 'none', { tone: Tone; sign: string }> = {
  worked: { tone: 'good', sign: '✓' },
  persists: { tone: 'bad', sign: '✕' },
  none: { tone: 'quiet', sign: '○' },
};

/** The archive as people read it. */
export function useArchiveWords() {
  const t = useMessages(messages);
  const format = useFormatter();
  const language = useLanguage();
  const name = useNames();
  const zone = useZone();
  const { data: faults } = useQuery(faultClassesQuery);

  const time = (instant: string) => format.instant(instant, zone);
  const by = (one: string) => (one.startsWith('system') ? t('system') : one.replace(/^(user|key):/, ''));
  const month = (one: string) => format.at(one);
  const fault = (code: string) => {
    const known = faults?.find((one) => one.code === code);
    return known ? nameIn(known.names, language) : code;
  };
  const reason = (code: string) => {
    const known = NOT_FIRST_TIME.find((one) => one === code);
    return known ? t(`nft.${known}`) : code;
  };
  const shares = (list: readonly Share[], nameOf: (code: string) => string) =>
    list.map(({ code, count }) => t('share', { name: nameOf(code), count: format.integer(count) })).join(t('list'));
  /** A rate with what it is of, so that one of two does not look like fifty of a hundred. */
  const rate = (share: Share) => {
    const value = rateOf(share);
    return value === null ? t('noData') : t('rate', { rate: format.rate(value), count: format.integer(share.count), of: format.integer(share.of) });
  };
  const kind = ({ nature, isComplaint, faultClass, service }: ArchivedCase) => {
    const about = faultClass ? fault(faultClass) : service ? name('service', service) : null;
    const what = isComplaint ? t('complaint') : t(`nature.${nature}`);
    return about ? t('what.case', { what, about }) : what;
  };
  const verdict = (word: VerdictWord) => t(`verdict.${word}`);
  const what = (entry: Entry) =>
    entry.case ? kind(entry.case) : entry.verdict ? t('verdict.of', { verdict: verdict(entry.verdict.verdict), month: month(entry.verdict.month) }) : (entry.measure?.text ?? entry.subject);
  const monthOf = (entry: Entry) => entry.case?.month ?? entry.verdict?.month ?? entry.measure?.from ?? null;

  return { t, format, name, time, by, month, fault, reason, shares, rate, kind, verdict, what, monthOf };
}
