import { useQuery } from '@tanstack/react-query';
import { type Attained, attainmentQuery } from '@/api/targets';
import { useNames } from '@/api/catalogue';
import { type Definition, definitionsQuery, useDefinitions, valuesQuery } from '@/api/indicators';
import { useOperator, useReady, useToday } from '@/api/operator';
import { filterSearch, useFilters } from '@/filters/filters';
import { monthOf } from '@/filters/period';
import { useFilterWords } from '@/filters/words';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { ErrorBoundary } from '@/kit/error-boundary';
import { Freshness } from '@/kit/freshness';
import { KpiTile } from '@/kit/kpi-tile';
import { kitMessages } from '@/kit/messages';
import { PanelEmpty, PanelError, PanelLoading } from '@/kit/panel-states';
import { messages } from './messages';
import { takes, type TileQuestions, tileQuestions } from './question';
import styles from './today.module.css';

/** The eight figures of the first look. [N6] */
export const TILES = [
  'success-rate', 'offload-rate', 'penetration', 'electronic-payment-amount', 'active-customers', 'failures', 'duration-p90', 'attempts',
];
const TILE_HEIGHT = 172;
/** Without the frame of a tile that is not there yet. */
const SKELETON_HEIGHT = TILE_HEIGHT - 26;

export function Tiles() {
  const t = useMessages(messages);
  const definitions = useDefinitions();
  const { error, refetch } = useQuery(definitionsQuery);
  if (error && definitions.size === 0) return <PanelError what={t('tiles')} error={error} retry={() => void refetch()} />;
  return (
    <section className={styles.tiles} aria-label={t('tiles')}>
      {TILES.map((id) => {
        const definition = definitions.get(id);
        return (
          <div key={id} style={{ minHeight: TILE_HEIGHT }}>
            <ErrorBoundary what={id}>
              {definition ? <Tile definition={definition} /> : <PanelLoading what={id} height={TILE_HEIGHT} />}
            </ErrorBoundary>
          </div>
        );
      })}
    </section>
  );
}

function Tile({ definition }: { definition: Definition }) {
  const today = useToday();
  const { filters } = useFilters();
  return <TileOf definition={definition} questions={tileQuestions(definition, filters, today)} />;
}

function TileOf({ definition, questions }: { definition: Definition; questions: TileQuestions }) {
  const t = useMessages(messages);
  const kit = useMessages(kitMessages);
  const words = useFilterWords();
  const language = useLanguage();
  const ready = useReady();
  const today = useToday();
  const began = useOperator()?.firstDay !== null;
  const { filters } = useFilters();
  const total = useQuery({ ...valuesQuery(definition.id, questions.total), enabled: ready, refetchInterval: 60_000 });
  const year = useQuery({ ...valuesQuery(definition.id, questions.year ?? questions.total), enabled: ready && questions.year !== null, meta: { slow: true } });
  const line = useQuery({ ...valuesQuery(definition.id, questions.line), enabled: ready, meta: { slow: true } });
  const name = nameIn(definition.names, language);
  if (total.data === undefined) {
    return (
      <div className={styles.tileState}>
        {total.error ? (
          <PanelError what={name} error={total.error} retry={() => void total.refetch()} />
        ) : (
          <PanelLoading what={name} height={SKELETON_HEIGHT} />
        )}
      </div>
    );
  }
  const value = total.data.values[0];
  if (!value && !line.data?.values.length) {
    return (
      <div className={styles.tileState}>
        <strong>{name}</strong>
        <PanelEmpty first={<p>{began ? kit('empty.period', { period: words.period }) : t('tile.first')}</p>} />
      </div>
    );
  }
  const chosen = { name: compareWord(questions.compare, t), comparison: value?.comparison ?? null };
  const comparisons = [
    ...(questions.compare === 'none' ? [] : [chosen]),
    ...(questions.year === null ? [] : [{ name: t('year'), comparison: year.data?.values[0]?.comparison ?? null }]),
  ];
  const search = new URLSearchParams(filterSearch(filters));
  search.set('i', definition.id);
  return (
    <KpiTile
      definition={definition}
      value={value}
      comparisons={comparisons}
      points={line.data?.values ?? []}
      period={words.period}
      running={questions.total.to > today}
      to={`/explore?${search}`}
      freshness={
        <>
          {questions.total.to > today && <Freshness asOf={total.data.asOf} timeZone={total.data.timeZone} />}
          <Notes definition={definition} />
        </>
      }
      target={<TargetLine definition={definition} />}
    />
  );
}

function compareWord(compare: string, t: ReturnType<typeof useMessages<keyof (typeof messages)['en']>>): string {
  return compare === 'previous' || compare === 'weekday' || compare === 'year' || compare === 'lunar' ? t(compare) : t('other');
}

function Notes({ definition }: { definition: Definition }) {
  const t = useMessages(messages);
  const { filters } = useFilters();
  const words = useFilterWords();
  const { without } = takes(definition, filters);
  return (
    <>
      {without.length > 0 && <span>{t('tile.without', { dimensions: without.map(words.dimension).join(t('list')) })}</span>}
      {definition.id === 'failures' && <FirstReason definition={definition} />}
    </>
  );
}

/** What most failures come from. */
function FirstReason({ definition }: { definition: Definition }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const name = useNames();
  const today = useToday();
  const ready = useReady();
  const { filters } = useFilters();
  const { total } = tileQuestions(definition, filters, today);
  const { data } = useQuery({ ...valuesQuery('failures-share', { ...total, compare: null, by: ['reason'] }), enabled: ready });
  const first = data?.values.reduce((most, one) => ((one.value ?? 0) > (most?.value ?? 0) ? one : most), data.values[0]);
  if (!first?.reason || first.value === null) return null;
  return <span>{t('tile.reason', { reason: name('reason', first.reason), share: format.rate(first.value) })}</span>;
}

/** The target of the running month for what the filters show. */
function TargetLine({ definition }: { definition: Definition }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const month = monthOf(useToday());
  const { filters } = useFilters();
  const { data } = useQuery(attainmentQuery(month));
  const target = data?.targets.find((one) => one.indicator === definition.id && isScope(one, filters));
  if (!target) return null;
  const attainment = target.attainment === null ? '–' : format.rate(target.attainment);
  return <span>{t('tile.target', { month: format.at(month), target: format.value(target.unit, target.target), attainment })}</span>;
}

function isScope(target: Attained, { channel, region }: { channel: readonly string[]; region: readonly string[] }): boolean {
  const one = (codes: readonly string[]) => (codes.length === 0 ? null : codes.length === 1 ? codes[0]! : undefined);
  return target.channel === one(channel) && target.region === one(region);
}
