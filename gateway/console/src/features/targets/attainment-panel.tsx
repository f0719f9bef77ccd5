import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useCatalogue } from '@/api/catalogue';
import { useDefinitions } from '@/api/indicators';
import { type Attained, type Attainment, attainmentQuery } from '@/api/targets';
import { filterSearch, useFilters } from '@/filters/filters';
import { addDays, addMonths } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { Bullet } from '@/kit/bullet';
import type { Column } from '@/kit/data-table';
import { DefinitionButton } from '@/kit/definition-button';
import { ExportMenu } from '@/kit/export-menu';
import { fileName, saveCsv, saveXlsx } from '@/kit/files';
import { Panel } from '@/kit/panel';
import { messages } from './messages';
import { NoTargets } from './no-targets';
import { ScopeHead } from './scope-head';
import styles from './targets.module.css';
import { lineKey, openScopes, type Scope, treeOf } from './tree';
import type { Folding } from './use-folding';
import { GOOD, VerdictMark } from './verdict-mark';
import { useStanding, useTargetWords } from './words';

interface Props {
  month: string;
  /** Empty: all of them. */
  indicator: string;
  folding: Folding;
  /** Shows all indicators. */
  onClear: () => void;
}

/** How the targets of a month stand, as the tree operator → channels, regions → channels in them. */
export function AttainmentPanel({ month, indicator, folding, onClear }: Props) {
  const t = useMessages(messages);
  const format = useFormatter();
  const query = useQuery(attainmentQuery(month));
  const chosen = (data: Attainment) => data.targets.filter((line) => !indicator || line.indicator === indicator);
  const name = format.at(month);
  return (
    <Panel
      title={t('attainment', { month: name })}
      query={query}
      height={220}
      actions={query.data && chosen(query.data).length > 0 && <AttainmentExport data={query.data} lines={chosen(query.data)} />}
    >
      {(data) =>
        chosen(data).length === 0 ? (
          <NoTargets
            filtered={data.targets.length > 0}
            indicator={indicator}
            onClear={onClear}
            first={<p>{t('attainment.first', { month: name })}</p>}
          />
        ) : (
          <>
            <p className={styles.asOf}>
              {t(data.through ? 'asOf' : 'asOf.none', {
                time: format.instant(data.asOf, data.timeZone),
                zone: data.timeZone,
                through: data.through ? format.at(data.through) : '',
              })}
            </p>
            <AttainmentTree lines={chosen(data)} month={month} folding={folding} />
          </>
        )
      }
    </Panel>
  );
}

function AttainmentTree({ lines, month, folding }: { lines: readonly Attained[]; month: string; folding: Folding }) {
  const t = useMessages(messages);
  const catalogue = useCatalogue();
  const definitions = useDefinitions();
  const scopes = useMemo(() => treeOf(lines, catalogue, [...definitions.keys()]), [lines, catalogue, definitions]);
  const byKey = new Map(lines.map((line) => [lineKey(line), line]));
  const linesOf = (scope: Scope) => scope.indicators.map((indicator) => byKey.get(lineKey({ ...scope, indicator }))!);
  const below = (scope: Scope) => scopes.filter(({ key, above }) => key === scope.key || above.includes(scope.key)).flatMap(linesOf);
  return (
    <ul className={styles.tree}>
      {openScopes(scopes, folding.closed).map((scope) => {
        const all = below(scope);
        return (
          <li key={scope.key} style={{ '--depth': scope.depth } as React.CSSProperties} className={styles.scope}>
            <ScopeHead scope={scope} folds={all.length > scope.indicators.length} folding={folding}>
              {t('summary', { n: all.length, good: all.filter(({ verdict }) => GOOD.has(verdict)).length })}
            </ScopeHead>
            {scope.indicators.length > 0 && (
              <ul className={styles.lines}>
                {linesOf(scope).map((line) => (
                  <Standing key={line.indicator} line={line} month={month} />
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Standing({ line, month }: { line: Attained; month: string }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const words = useTargetWords();
  const language = useLanguage();
  const said = useStanding()(line);
  const definition = useDefinitions().get(line.indicator);
  const { forecast, withheld, unit } = line;
  return (
    <li className={styles.line} data-line={lineKey(line)}>
      <span className={styles.lineName}>
        <MonthLink line={line} month={month}>
          {words.indicator(line.indicator)}
        </MonthLink>
        {definition && <DefinitionButton definition={definition} />}
      </span>
      <span className={styles.bulletCell}>
        {line.value !== null && <Bullet value={line.value} target={line.target} direction={line.direction} label={said} />}
      </span>
      <span className={styles.said}>
        <span>{said}</span>
        <span className={styles.small}>
          {forecast && (
            <span>
              {t('forecast', {
                value: format.value(unit, forecast.value),
                low: format.value(unit, forecast.low),
                high: format.value(unit, forecast.high),
              })}
            </span>
          )}
          {forecast && <span>{t('forecast.basis', { n: forecast.basis.months })}</span>}
          {!forecast && withheld && withheld.code !== 'over' && <span>{t('forecast.none', { why: nameIn(withheld.text, language) })}</span>}
          <span>{t('n', { n: format.integer(line.n) })}</span>
        </span>
      </span>
      <VerdictMark verdict={line.verdict} />
    </li>
  );
}

/** To what the figure counts: the same month, channel and region. [N8] */
function MonthLink({ line, month, children }: { line: Attained; month: string; children: React.ReactNode }) {
  const { filters } = useFilters();
  const period = `${month}-01..${addDays(`${addMonths(month, 1)}-01`, -1)}`;
  const narrowed = { ...filters, period, channel: line.channel ? [line.channel] : [], region: line.region ? [line.region] : [], brand: [] };
  const search = new URLSearchParams(filterSearch(narrowed));
  search.set('i', line.indicator);
  return <Link to={`/explore?${search}`}>{children}</Link>;
}

function AttainmentExport({ data, lines }: { data: Attainment; lines: readonly Attained[] }) {
  const t = useMessages(messages);
  const words = useTargetWords();
  const format = useFormatter();
  const text = (key: string, title: string, value: (line: Attained) => string | number | null): Column<Attained> => ({
    key,
    title,
    cell: () => null,
    value,
  });
  const columns = [
    text('indicator', t('indicator'), (line) => words.indicator(line.indicator)),
    text('channel', t('channel'), (line) => (line.channel ? words.scope({ ...line, region: null }) : t('all'))),
    text('region', t('region'), (line) => (line.region ? words.scope({ ...line, channel: null }) : t('all'))),
    text('target', t('target'), (line) => line.target),
    text('value', t('actual'), (line) => line.value),
    text('n', 'n', (line) => line.n),
    text('attained', t('attained'), (line) => line.attainment),
    text('gap', t('gap'), (line) => line.gap),
    text('forecast', t('forecasted'), (line) => line.forecast?.value ?? null),
    text('low', t('low'), (line) => line.forecast?.low ?? null),
    text('high', t('high'), (line) => line.forecast?.high ?? null),
    text('verdict', t('verdict'), (line) => t(`verdict.${line.verdict}`)),
  ];
  const asOf = format.instant(data.asOf, data.timeZone);
  const sheet = {
    name: fileName(t('file.attainment'), data.month, asOf),
    columns,
    rows: lines,
    about: [
      [t('about.period'), data.month],
      [t('about.scope'), [...new Set(lines.map(({ indicator }) => words.indicator(indicator)))].join(t('list'))],
      [t('about.zone'), data.timeZone],
      [t('about.asOf'), asOf],
      [t('about.unit'), t('about.units')],
    ] as const,
  };
  return <ExportMenu name={sheet.name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />;
}
