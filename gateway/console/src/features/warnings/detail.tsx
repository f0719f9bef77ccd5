import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { Link } from 'react-router';
import { useDefinitions } from '@/api/indicators';
import { useOperator } from '@/api/operator';
import { type Warning, type WarningDetail, warningQuery } from '@/api/warnings';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { DefinitionButton } from '@/kit/definition-button';
import { Panel } from '@/kit/panel';
import { Actions } from './actions';
import { exploreAddress } from './queue';
import { SeverityMark } from './row';
import { SeriesChart } from './series-chart';
import { useWarningWords } from './words';
import styles from './warnings.module.css';

/** Why it fired, from what numbers, and what was done: it explains itself. [W5] */
export function Detail({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useWarningWords();
  const query = useQuery({ ...warningQuery(id), enabled: id !== '' });
  if (id === '') return <p className={styles.pick}>{t('detail.pick')}</p>;
  return (
    <div className={styles.detail}>
      <Panel
        title={t('detail')}
        query={query}
        height={420}
        actions={
          <button type="button" className={styles.button} onClick={onBack}>
            {t('back')}
          </button>
        }
      >
        {(warning) => <Explained warning={warning} />}
      </Panel>
    </div>
  );
}

function Explained({ warning }: { warning: WarningDetail }) {
  const words = useWarningWords();
  const { t } = words;
  const step = nameIn(warning.nextStep, useLanguage());
  const zone = useOperator()?.timeZone ?? 'UTC';
  const address = exploreAddress(warning, zone);
  return (
    <article className={styles.explained} aria-label={words.headline(warning)}>
      <div className={styles.rowHead}>
        <SeverityMark severity={warning.severity} />
        <h3 className={styles.name}>{words.headline(warning)}</h3>
        <span className={styles.status} data-state={warning.state}>
          {words.status(warning.state, warning.snoozedUntil)}
        </span>
      </div>
      <p className={styles.reading}>{words.reading(warning)}</p>
      <p className={styles.note}>
        <span>{t('since', { time: words.time(warning.since), age: words.age(warning.since) })}</span>
        <span>{warning.owner ? t('ownedBy', { owner: words.by(warning.owner) }) : t('unowned')}</span>
      </p>
      <p className={styles.next}>{t('next', { step })}</p>
      <Actions warning={warning} />
      {address && (
        <p>
          <Link to={address}>{t('explore')}</Link>
        </p>
      )}
      <Inputs warning={warning} />
      {warning.evidence.length > 0 && warning.threshold !== null && (
        <SeriesChart title={words.headline(warning)} summary={words.reading(warning)} points={warning.evidence} threshold={warning.threshold} indicator={warning.indicator} height={200} />
      )}
      <History warning={warning} />
      <Similar warning={warning} />
    </article>
  );
}

/** The figure with its parts, as it was when the rule last fired. */
function Inputs({ warning }: { warning: Warning }) {
  const words = useWarningWords();
  const { t, value } = words;
  const format = useFormatter();
  const definition = useDefinitions().get(warning.indicator ?? '');
  const number = (count: number | null) => (count === null ? null : format.integer(count));
  const last = warning.evidence.findLast(({ verdict }) => verdict === 'fires');
  const rows: [string, string | null][] = [
    [t('why.value'), warning.value === null ? null : value(warning.indicator, warning.value)],
    [t('why.threshold'), warning.threshold === null ? null : value(warning.indicator, warning.threshold)],
    [t('why.numerator'), number(warning.numerator)],
    [t('why.denominator'), number(warning.denominator)],
    [t('why.n'), warning.value === null ? null : number(warning.n)],
    [t('why.window'), last ? format.at(last.at) : null],
    [t('why.version'), warning.indicatorVersion === null ? null : t('why.version.n', { version: String(warning.indicatorVersion) })],
    [t('why.rule'), t('why.version.n', { version: String(warning.ruleRevision) })],
    [t('why.seen'), words.time(warning.lastSeen)],
    [t('why.detail'), warning.detail],
    [t('why.cause'), warning.cause],
    [t('why.notify'), words.who(warning.notify)],
  ];
  return (
    <section>
      <h4 className={styles.part}>
        {t('why')}
        {definition && <DefinitionButton definition={definition} />}
      </h4>
      <dl className={styles.inputs}>
        {rows.map(([label, text]) =>
          text ? (
            <Fragment key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </Fragment>
          ) : null,
        )}
      </dl>
    </section>
  );
}

function History({ warning }: { warning: Warning }) {
  const words = useWarningWords();
  const { t } = words;
  return (
    <section>
      <h4 className={styles.part}>{t('history')}</h4>
      <ol className={styles.history}>
        {warning.history.map((line) => (
          <li key={`${line.at} ${line.what}`}>
            <span className={styles.when}>{words.time(line.at)}</span>
            <span>{t('history.line', { what: words.done(line.what), by: words.by(line.by) })}</span>
            {line.note && <q>{line.what === 'snoozed' ? words.time(line.note) : words.by(line.note)}</q>}
          </li>
        ))}
      </ol>
    </section>
  );
}

type Other = WarningDetail['similar'][number];

function Similar({ warning }: { warning: WarningDetail }) {
  const { similar } = warning;
  const words = useWarningWords();
  const { t } = words;
  const outcome = ({ useful }: Other) => t(useful === null ? 'outcome.unknown' : useful ? 'outcome.useful' : 'outcome.false');
  const columns: Column<Other>[] = [
    { key: 'since', title: t('similar.since'), cell: ({ since }) => words.time(since), value: ({ since }) => since },
    { key: 'ended', title: t('similar.ended'), cell: ({ endedAt }) => (endedAt ? words.time(endedAt) : t('going')), value: ({ endedAt }) => endedAt },
    {
      key: 'value',
      title: t('similar.value'),
      number: true,
      cell: ({ value }) => (value === null ? '–' : words.value(warning.indicator, value)),
      value: ({ value }) => value,
    },
    { key: 'outcome', title: t('similar.outcome'), cell: outcome, value: outcome },
  ];
  return (
    <section>
      <h4 className={styles.part}>{t('similar')}</h4>
      {similar.length === 0 ? (
        <p className={styles.note}>{t('similar.none')}</p>
      ) : (
        <DataTable caption={t('similar')} columns={columns} rows={similar} rowKey={({ id }) => id} />
      )}
    </section>
  );
}
