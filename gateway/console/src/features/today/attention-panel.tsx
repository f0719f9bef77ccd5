import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { attainmentQuery } from '@/api/targets';
import { useNames } from '@/api/catalogue';
import { feedsQuery } from '@/api/feeds';
import { useDefinitions } from '@/api/indicators';
import { useOperator, useToday } from '@/api/operator';
import { openWarningsQuery, type Severity } from '@/api/warnings';
import { filterSearch, useFilters } from '@/filters/filters';
import { monthOf } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { kitMessages } from '@/kit/messages';
import { Panel, together } from '@/kit/panel';
import { PanelError } from '@/kit/panel-states';
import { attentionOf, type Item } from './attention';
import { messages } from './messages';
import { useScope } from './targets-panel';
import styles from './today.module.css';

const ICONS: Record<Severity, string> = { critical: '■', warning: '▲', info: '●' };
const SHOWN = 8;
/** So many scopes of one cause are named; of the others, how many. */
const MOST_SCOPES = 3;

/** What to do now, with whose it is and the next step. */
export function AttentionPanel() {
  const t = useMessages(messages);
  const month = monthOf(useToday());
  const warnings = useQuery(openWarningsQuery);
  const targets = useQuery(attainmentQuery(month));
  const feeds = useQuery(feedsQuery);
  // What targets add mostly comes last in the list: the rest does not wait for it, and says where it is missing.
  const query = together(warnings, feeds);
  const itemsOf = ([open, fed]: NonNullable<typeof query.data>) => attentionOf(open, targets.data?.targets ?? [], fed);
  return (
    <Panel
      title={t('attention')}
      query={query}
      height={400}
      isEmpty={(data) => targets.data !== undefined && itemsOf(data).length === 0}
      emptyFirst={<p>{t('attention.none')}</p>}
    >
      {(data) => (
        <>
          <ul className={styles.list}>
            {itemsOf(data).slice(0, SHOWN).map((item) => (
              <AttentionItem key={keyOf(item)} item={item} />
            ))}
          </ul>
          {targets.data === undefined && targets.error && (
            <PanelError what={t('attention.targets')} error={targets.error} retry={() => void targets.refetch()} />
          )}
        </>
      )}
    </Panel>
  );
}

function keyOf(item: Item): string {
  if (item.kind === 'warning') return item.warning.id;
  if (item.kind === 'feed') return `${item.feed.source} ${item.feed.channel}`;
  return `${item.target.indicator} ${item.target.channel} ${item.target.region}`;
}

function AttentionItem({ item }: { item: Item }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const operator = useOperator();
  const { text, owner, next, to } = useWords()(item);
  const since = item.since && operator ? t('attention.since', { time: format.instant(item.since, operator.timeZone) }) : '';
  return (
    <li className={styles.item} data-severity={item.severity}>
      <span className={styles.severity}>
        <span aria-hidden="true">{ICONS[item.severity]}</span> {t(`severity.${item.severity}`)}
      </span>
      <Link to={to}>{text}</Link>
      <span className={styles.secondary}>
        {since && <span>{since}</span>}
        <span>{t('attention.owner', { owner: owner ?? t('attention.nobody') })}</span>
        <span>{t('attention.next', { step: next })}</span>
      </span>
    </li>
  );
}

interface Words {
  text: string;
  owner: string | null;
  next: string;
  to: string;
}

function useWords(): (item: Item) => Words {
  const t = useMessages(messages);
  const kit = useMessages(kitMessages);
  const language = useLanguage();
  const format = useFormatter();
  const name = useNames();
  const scope = useScope();
  const definitions = useDefinitions();
  const operator = useOperator();
  const { filters } = useFilters();
  const explore = (indicator: string | null, channel: string | null, region: string | null) => {
    const search = new URLSearchParams(
      filterSearch({ ...filters, channel: channel ? [channel] : filters.channel, region: region ? [region] : filters.region }),
    );
    if (indicator) search.set('i', indicator);
    return `/explore?${search}`;
  };
  return (item) => {
    if (item.kind === 'feed') {
      const { source, channel, coveredTo } = item.feed;
      const through = coveredTo && operator ? format.instant(coveredTo, operator.timeZone) : t('feed.never');
      return { text: t('feed.text', { source, channel: name('channel', channel), through }), owner: t('feed.owner'), next: t('feed.next'), to: '/data' };
    }
    if (item.kind === 'gap') {
      const { target } = item;
      const [value, goal] = [target.value ?? 0, target.target].map((number) => format.value(target.unit, number));
      const gap = format.difference(target.unit, Math.abs(target.gap ?? 0)).replace(/^[+±]/, '');
      const text = t(target.verdict === 'missed' ? 'gap.missed' : 'gap.at-risk', { scope: scope(target), value: value!, target: goal!, gap });
      return { text, owner: t('gap.owner'), next: t('gap.next'), to: explore(target.indicator, target.channel, target.region) };
    }
    const { warning } = item;
    const unit = definitions.get(warning.indicator ?? '')?.unit ?? 'count';
    const number = (value: number | null) => (value === null ? kit('noData') : format.value(unit, value));
    const all = [warning, ...item.others];
    const scopes = all.map((one) => scope(one) || (one.source ?? ''));
    const shown = scopes.length > MOST_SCOPES ? t('attention.scopes', { n: scopes.length, some: scopes.slice(0, MOST_SCOPES).join(t('list')) }) : scopes.join(t('list'));
    const text = t(`kind.${warning.kind}`, { scope: shown, value: number(warning.value), threshold: number(warning.threshold) });
    const search = new URLSearchParams(filterSearch(filters));
    search.set('w', warning.id);
    const to = `/warnings?${search}`;
    return { text, owner: warning.owner, next: nameIn(warning.nextStep, language), to };
  };
}
