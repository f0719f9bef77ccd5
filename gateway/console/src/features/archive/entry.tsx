import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { type ArchivedCase, type EntryDetail, entryQuery } from '@/api/archive';
import { useUrlParam } from '@/filters/filters';
import { Panel } from '@/kit/panel';
import { Facts, Note, Part, Tag } from '@/kit/record';
import styles from './archive.module.css';
import { useArchiveWords, VERDICT_LOOKS } from './words';

/** One entry as it was written, with what was sealed beside it. */
export function EntryPanel({ number }: { number: string }) {
  const { t, format } = useArchiveWords();
  const query = useQuery(entryQuery(number));
  const [, choose] = useUrlParam('id', '');
  return (
    <Panel
      title={t('entry', { number: format.integer(Number(number)) })}
      query={query}
      height={420}
      actions={
        <Button size="small" onClick={() => choose('')}>
          {t('entry.back')}
        </Button>
      }
    >
      {(detail) => <Whole detail={detail} />}
    </Panel>
  );
}

function Whole({ detail }: { detail: EntryDetail }) {
  const { t, time, by, month, fault, what, verdict: word } = useArchiveWords();
  const { entry } = detail;
  const { measure, verdict } = entry;
  return (
    <article className={styles.stack} aria-label={what(entry)}>
      <header className={styles.head}>
        <h3>{what(entry)}</h3>
        <Tag tone="quiet">{t(`kind.${entry.kind}`)}</Tag>
        {verdict && <Tag {...VERDICT_LOOKS[verdict.verdict]}>{word(verdict.verdict)}</Tag>}
      </header>
      <Facts
        facts={[
          [t('noted'), t('noted.by', { by: by(entry.by), at: time(entry.at) })],
          [t('product'), (entry.case ?? measure ?? verdict)?.product],
          [t('measure.about'), measure && (measure.faultClass ? fault(measure.faultClass) : t('measure.all'))],
          [t('measure.from'), measure && month(measure.from)],
          [t('measure.owner'), measure?.owner],
          [t('subject.ticket'), entry.case && <Link key="ticket" to={`?t=tickets&id=${entry.subject}`}>{entry.subject}</Link>],
          [t('subject.measure'), entry.case ? null : entry.subject],
        ]}
      />
      {verdict && <VerdictNumbers verdict={verdict} />}
      {entry.case && <Case one={entry.case} text={detail.text} />}
    </article>
  );
}

function VerdictNumbers({ verdict }: { verdict: NonNullable<EntryDetail['entry']['verdict']> }) {
  const { t, format, verdict: word } = useArchiveWords();
  const { before, after, suggested } = verdict;
  return <p className={styles.text}>{t('verdict.numbers', { before: format.integer(before), after: format.integer(after), suggested: word(suggested) })}</p>;
}

function Case({ one, text }: { one: ArchivedCase; text: string | null }) {
  const { t, format, name, time, month, fault, reason } = useArchiveWords();
  return (
    <>
      <Part title={t('facts')}>
        <Facts
          facts={[
            [t('month'), month(one.month)],
            [t('nature'), t(`nature.${one.nature}`)],
            [t('faultClass'), one.faultClass && fault(one.faultClass)],
            [t('notFirstTime'), one.notFirstTime ? reason(one.notFirstTime) : t('nft.none')],
            [t('service'), one.service && name('service', one.service)],
            [t('channel'), one.channel && name('channel', one.channel)],
            [t('severity'), t(`severity.${one.severity}`)],
            [t('resolution'), one.resolution && t(`resolution.${one.resolution}`)],
            [t('opened'), time(one.openedAt)],
            [t('resolved'), time(one.resolvedAt)],
            [t('inTime'), t(one.inTime ? 'inTime.yes' : 'inTime.no')],
            [t('days'), format.integer(one.days)],
            [t('again'), one.again ? t('again.yes') : null],
            [t('seal'), one.sealed && <code key="seal">{one.sealed}</code>],
          ]}
        />
      </Part>
      <Part title={t('said')}>
        {text !== null ? <p className={styles.text}>{text}</p> : <Note>{t(one.sealed === null ? 'said.none' : 'said.forgotten')}</Note>}
        {text !== null && <Note>{t('said.recorded')}</Note>}
      </Part>
    </>
  );
}
