import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { attainmentQuery } from '@/api/targets';
import { useNames } from '@/api/catalogue';
import { type Definition, useDefinitions, type Value, type Values, valuesQuery } from '@/api/indicators';
import { useReady, useToday } from '@/api/operator';
import { filterSearch, useFilters, useUrlParam } from '@/filters/filters';
import { monthOf } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { Delta } from '@/kit/delta';
import { kitMessages } from '@/kit/messages';
import { Panel, together } from '@/kit/panel';
import { type Cell, SmallMultiples } from '@/kit/small-multiples';
import { channelMark } from '@/theme/channels';
import { messages } from './messages';
import { tileQuestions } from './question';
import styles from './today.module.css';

const CHOICE = ['success-rate', 'offload-rate', 'attempts', 'duration-p90'];

/** An indicator, channel by channel. [N6] */
export function ChannelsPanel() {
  const t = useMessages(messages);
  const language = useLanguage();
  const definitions = useDefinitions();
  const [indicator, choose] = useUrlParam('m', CHOICE[0]!);
  const definition = definitions.get(indicator) ?? definitions.get(CHOICE[0]!);
  if (!definition) return null;
  const title = t('channels', { name: nameIn(definition.names, language) });
  const select = (
    <select className={styles.select} aria-label={t('channels.indicator')} value={definition.id} onChange={({ target }) => choose(target.value)}>
      {CHOICE.map((id) => {
        const one = definitions.get(id);
        return one && <option key={id} value={id}>{nameIn(one.names, language)}</option>;
      })}
    </select>
  );
  return <ChannelCells key={definition.id} definition={definition} title={title} select={select} />;
}

function ChannelCells({ definition, title, select }: { definition: Definition; title: string; select: React.ReactNode }) {
  const today = useToday();
  const ready = useReady();
  const { filters } = useFilters();
  const { total, line } = tileQuestions(definition, filters, today);
  const totals = useQuery({ ...valuesQuery(definition.id, { ...total, by: ['channel'] }), enabled: ready });
  const lines = useQuery({ ...valuesQuery(definition.id, { ...line, by: ['channel'] }), enabled: ready, meta: { slow: true } });
  return (
    <Panel title={title} query={together(totals, lines)} height={300} isEmpty={([{ values }]) => values.length === 0} actions={select}>
      {([all, days]) => <Cells definition={definition} totals={all} lines={days} />}
    </Panel>
  );
}

function Cells({ definition, totals, lines }: { definition: Definition; totals: Values; lines: Values }) {
  const t = useMessages(messages);
  const kit = useMessages(kitMessages);
  const format = useFormatter();
  const name = useNames();
  const { filters } = useFilters();
  const month = monthOf(useToday());
  const { data: attainment } = useQuery(attainmentQuery(month));
  const targets = (attainment?.targets ?? []).filter((one) => one.indicator === definition.id && one.region === null);
  const common = targets.find(({ channel }) => channel === null)?.target;
  const targetOf = (channel: string) => targets.find((one) => one.channel === channel)?.target ?? common;
  const down = definition.direction === 'down';
  const gap = ({ channel, value }: Value) => (value === null ? Infinity : (value - (targetOf(channel ?? '') ?? 0)) * (down ? -1 : 1));
  const cells = [...totals.values].sort((a, b) => gap(a) - gap(b)).map((value): Cell => {
    const channel = value.channel ?? '';
    const search = filterSearch({ ...filters, channel: [channel] });
    const shown = value.value === null ? kit('noData') : format.value(definition.unit, value.value);
    const compared = value.comparison?.value ?? null;
    const change = compared === null || value.value === null ? t('channels.unchanged') : format.comparison(definition.unit, compared, value.value);
    return {
      series: {
        key: channel,
        name: name('channel', channel),
        mark: channelMark(channel),
        points: lines.values.filter((one) => one.channel === channel),
      },
      head: (
        <div className={styles.cellHead}>
          <Link to={`/explore${search}${search.includes('?') ? '&' : '?'}i=${definition.id}`}>{name('channel', channel)}</Link>
          <strong>{value.n < definition.minimumN && definition.unit === 'rate' ? kit('n.few', { n: format.integer(value.n) }) : shown}</strong>
          {value.comparison && value.value !== null && <Delta value={value.value} comparison={value.comparison} definition={definition} />}
        </div>
      ),
      label: t('channels.label', { channel: name('channel', channel), value: shown, change }),
    };
  });
  return (
    <SmallMultiples
      cells={cells}
      unit={definition.unit}
      target={common}
      note={common === undefined ? t('channels.plain') : t('channels.note')}
    />
  );
}
