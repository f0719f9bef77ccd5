import { Link, useLocation } from 'react-router';
import type { ArchivedCase, Entry } from '@/api/archive';
import type { Column } from '@/kit/data-table';
import { Tag, type Tone } from '@/kit/record';
import styles from './archive.module.css';
import { useArchiveWords, VERDICT_LOOKS } from './words';

const KIND_TONES: Record<Entry['kind'], Tone> = { case: 'quiet', measure: 'info', verdict: 'quiet' };
const NOTHING = '–';

/** @param opens - whether an entry may be read whole. */
export function useColumns(opens: boolean): Column<Entry>[] {
  const { t, format, name, time, by, month, reason, what, monthOf } = useArchiveWords();
  const { search } = useLocation();
  const to = (number: number) => `?${new URLSearchParams([...new URLSearchParams(search), ['id', String(number)]])}`;
  const numbered = (number: number) => t('number.n', { number: format.integer(number) });
  const inMonth = (entry: Entry) => {
    const one = monthOf(entry);
    return one === null ? NOTHING : month(one);
  };
  const why = ({ case: one }: Entry) => (one ? (one.notFirstTime ? reason(one.notFirstTime) : t('nft.none')) : null);
  const tone = ({ kind, verdict }: Entry) => (verdict ? VERDICT_LOOKS[verdict.verdict].tone : KIND_TONES[kind]);
  return [
    {
      key: 'number',
      title: t('number'),
      cell: ({ number }) => (opens ? <Link to={to(number)}>{numbered(number)}</Link> : numbered(number)),
      value: ({ number }) => number,
    },
    { key: 'kind', title: t('kind'), cell: (one) => <Tag tone={tone(one)}>{t(`kind.${one.kind}`)}</Tag>, value: ({ kind }) => t(`kind.${kind}`) },
    { key: 'what', title: t('what'), wrap: true, cell: (one) => <span className={styles.anywhere}>{what(one)}</span>, value: what },
    { key: 'month', title: t('month'), cell: inMonth, value: monthOf },
    { key: 'notFirstTime', title: t('notFirstTime'), wrap: true, cell: (one) => why(one) ?? NOTHING, value: why },
    { key: 'channel', title: t('channel'), cell: ({ case: one }) => (one?.channel ? name('channel', one.channel) : NOTHING), value: ({ case: one }) => one?.channel ?? null },
    {
      key: 'inTime',
      title: t('inTime'),
      cell: ({ case: one }) =>
        one ? (
          <Tag tone={one.inTime ? 'good' : 'bad'} sign={one.inTime ? '✓' : '✕'}>
            {t(one.inTime ? 'inTime.yes' : 'inTime.no')}
          </Tag>
        ) : (
          NOTHING
        ),
      value: ({ case: one }) => (one ? Number(one.inTime) : null),
    },
    { key: 'days', title: t('days'), number: true, cell: ({ case: one }) => (one ? format.integer(one.days) : NOTHING), value: ({ case: one }) => one?.days ?? null },
    { key: 'at', title: t('at'), cell: ({ at }) => time(at), value: ({ at }) => at },
    { key: 'by', title: t('by'), cell: (one) => by(one.by), value: (one) => by(one.by) },
  ];
}

/** What a file holds: everything that the list knows, in words. */
export function useFileColumns(): Column<Entry>[] {
  const { t, name, time, by, fault, reason, what, monthOf } = useArchiveWords();
  const column = (key: string, title: string, value: (one: Entry) => string | number | null): Column<Entry> => ({ key, title, cell: value, value });
  const ofCase = (key: string, title: string, value: (one: ArchivedCase) => string | number | null) =>
    column(key, title, ({ case: one }) => (one ? value(one) : null));
  return [
    column('number', t('number'), ({ number }) => number),
    column('kind', t('kind'), ({ kind }) => t(`kind.${kind}`)),
    column('what', t('what'), what),
    column('month', t('month'), monthOf),
    ofCase('nature', t('nature'), ({ nature }) => t(`nature.${nature}`)),
    ofCase('faultClass', t('faultClass'), ({ faultClass }) => faultClass && fault(faultClass)),
    ofCase('notFirstTime', t('notFirstTime'), ({ notFirstTime }) => (notFirstTime ? reason(notFirstTime) : t('nft.none'))),
    ofCase('channel', t('channel'), ({ channel }) => channel && name('channel', channel)),
    ofCase('service', t('service'), ({ service }) => service && name('service', service)),
    ofCase('severity', t('severity'), ({ severity }) => t(`severity.${severity}`)),
    ofCase('resolution', t('resolution'), ({ resolution }) => resolution && t(`resolution.${resolution}`)),
    ofCase('inTime', t('inTime'), ({ inTime }) => t(inTime ? 'inTime.yes' : 'inTime.no')),
    ofCase('days', t('days'), ({ days }) => days),
    column('subject', t('subject'), ({ subject }) => subject),
    column('at', t('at'), ({ at }) => time(at)),
    column('by', t('by'), (one) => by(one.by)),
  ];
}
