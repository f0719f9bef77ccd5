import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNames } from '@/api/catalogue';
import { type CadenceInput, type Feed, feedsQuery, rollupsQuery, setFeed } from '@/api/feeds';
import { useOperator } from '@/api/operator';
import { useMay } from '@/api/session';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { errorsOf, Form, SelectField, TextField } from '@/kit/form';
import { Panel } from '@/kit/panel';
import { actionsCell, stateCell, type Tone } from './cells';
import styles from './data.module.css';
import { ListPanel } from './list-panel';
import { messages } from './messages';
import type { PartProps } from './screen';
import { useSheets } from './sheet';

type State = 'on-time' | 'late' | 'silent' | 'ended' | 'unset';
const SIGNS: Record<State, string> = { 'on-time': '●', late: '!', silent: '○', ended: '■', unset: '?' };
const TONES: Record<State, Tone> = { 'on-time': 'good', late: 'bad', silent: 'bad', ended: 'quiet', unset: 'quiet' };

/** How far each feed has delivered, and how far everything is counted. */
export function Freshness({ notify }: PartProps) {
  const t = useMessages(messages);
  const format = useFormatter();
  const name = useNames();
  const sheets = useSheets();
  const may = useMay('manager', 'admin');
  const query = useQuery(feedsQuery);
  const [edited, setEdited] = useState<Feed | null>(null);
  const now = query.dataUpdatedAt;
  const lagOf = ({ coveredTo }: Feed) => (coveredTo ? Math.max(0, now - Date.parse(coveredTo)) : null);
  const expected = ({ cadence, maxSilenceMinutes, by }: Feed) =>
    cadence === 'stream'
      ? t('feed.stream', { n: maxSilenceMinutes ?? 0 })
      : cadence === 'daily'
        ? t('feed.daily', { by: by ?? '' })
        : t('feed.unset');
  const overlaps = ({ overlaps: sources }: Feed) => (sources.length > 0 ? t('feed.overlap', { sources: sources.join(t('list')) }) : '');
  const state = (feed: Feed) => t(`state.${feed.state as State}`);
  const columns: Column<Feed>[] = [
    { key: 'source', title: t('feed.source'), cell: ({ source }) => source, value: ({ source }) => source },
    { key: 'channel', title: t('channel'), cell: ({ channel }) => name('channel', channel), value: ({ channel }) => name('channel', channel) },
    {
      key: 'state',
      title: t('feed.state'),
      cell: stateCell(
        state,
        (feed) => TONES[feed.state as State],
        (feed) => SIGNS[feed.state as State],
      ),
      value: state,
    },
    {
      key: 'covered',
      title: t('feed.covered'),
      cell: ({ coveredTo }) => sheets.instant(coveredTo),
      value: ({ coveredTo }) => sheets.instant(coveredTo),
    },
    {
      key: 'lag',
      title: t('feed.lag'),
      number: true,
      cell: (feed) => (feed.state === 'ended' || lagOf(feed) === null ? '–' : format.age(lagOf(feed)!)),
      value: (feed) => (lagOf(feed) === null ? null : Math.round(lagOf(feed)! / 1000)),
    },
    { key: 'expected', title: t('feed.expected'), wrap: true, cell: expected, value: expected },
    { key: 'last', title: t('feed.last'), cell: ({ lastAt }) => sheets.instant(lastAt), value: ({ lastAt }) => sheets.instant(lastAt) },
  ];
  // Rare, and a warning where it is: no room is kept for it.
  if (query.data?.some((feed) => feed.overlaps.length > 0))
    columns.push({ key: 'overlaps', title: t('feed.overlaps'), wrap: true, cell: stateCell(overlaps, () => 'bad'), value: overlaps });
  if (may)
    columns.push({
      key: 'actions',
      title: t('actions'),
      value: () => null,
      cell: actionsCell<Feed>([
        {
          text: t('feed.set'),
          label: ({ source, channel }) => t('feed.set.label', { source, channel: name('channel', channel) }),
          act: (feed) => setEdited(feed),
        },
      ]),
    });
  const late = (query.data ?? []).filter(({ state }) => state === 'late' || state === 'silent').length;
  return (
    <>
      <Counting />
      <ListPanel
        title={t('part.freshness')}
        query={query}
        rowsOf={(feeds) => feeds}
        columns={columns}
        rowKey={({ source, channel }) => `${source} ${channel}`}
        lead={<p className={styles.note}>{late > 0 ? t('feeds.late', { n: late }) : t('feeds.fine', { n: query.data?.length ?? 0 })}</p>}
        empty={<p>{t('feeds.first')}</p>}
        height={320}
      />
      <Dialog
        title={edited ? t('feed.title', { source: edited.source, channel: name('channel', edited.channel) }) : ''}
        open={edited !== null}
        onClose={() => setEdited(null)}
      >
        {edited && (
          <CadenceForm feed={edited} onClose={() => setEdited(null)} onDone={() => notify({ text: t('feed.done', { source: edited.source }) })} />
        )}
      </Dialog>
    </>
  );
}

/** Up to when everything accepted is counted, and what is still on its way. */
function Counting() {
  const t = useMessages(messages);
  const format = useFormatter();
  const sheets = useSheets();
  const operator = useOperator();
  const seesCounting = useMay('sre', 'admin', 'manager');
  const query = useQuery({ ...rollupsQuery, enabled: seesCounting });
  if (!seesCounting) return null;
  return (
    <Panel title={t('counting')} query={query} height={64}>
      {({ fault, lag, counters }) => (
        <dl className={styles.facts}>
          <Fact label={t('counting.asOf')}>{operator ? sheets.instant(operator.asOf) : '–'}</Fact>
          <Fact label={t('counting.lag')}>{lag === null ? t('counting.unknown') : format.integer(lag)}</Fact>
          <Fact label={t('counting.accepted')}>{format.integer(counters.accepted ?? 0)}</Fact>
          <Fact label={t('counting.repeated')}>{format.integer(counters.repeated ?? 0)}</Fact>
          <Fact label={t('counting.conflict')}>{format.integer(counters.conflict ?? 0)}</Fact>
          <Fact label={t('counting.refused')}>{format.integer(counters.refused ?? 0)}</Fact>
          {fault && (
            <Fact label={t('counting.fault')}>
              <span className={styles.fault}>{fault}</span>
            </Fact>
          )}
        </dl>
      )}
    </Panel>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CadenceForm({ feed, onClose, onDone }: { feed: Feed; onClose: () => void; onDone: () => void }) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const [kind, setKind] = useState<'stream' | 'daily'>(feed.cadence === 'daily' ? 'daily' : 'stream');
  const [silence, setSilence] = useState(String(feed.maxSilenceMinutes ?? 60));
  const [by, setBy] = useState(feed.by ?? '06:00');
  const [ends, setEnds] = useState(feed.ends ?? '');
  const save = useMutation({
    mutationFn: () => {
      const when: CadenceInput = kind === 'stream' ? { cadence: kind, maxSilenceMinutes: Number(silence) } : { cadence: kind, by };
      return setFeed(feed.source, feed.channel, ends ? { ...when, ends } : when);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['feeds'] });
      onDone();
      onClose();
    },
  });
  const fields = ['maxSilenceMinutes', 'by', 'ends'];
  return (
    <Form submit={t('save')} busy={save.isPending} error={save.error} fields={fields} onSubmit={() => save.mutate()} onCancel={onClose}>
      <SelectField
        label={t('feed.expected')}
        value={kind}
        options={[
          { value: 'stream', label: t('feed.kind.stream') },
          { value: 'daily', label: t('feed.kind.daily') },
        ]}
        onChange={({ target }) => setKind(target.value as 'stream' | 'daily')}
      />
      {kind === 'stream' ? (
        <TextField
          label={t('feed.silence')}
          type="number"
          min={1}
          max={10_080}
          required
          value={silence}
          errors={errorsOf(save.error, 'maxSilenceMinutes')}
          onChange={({ target }) => setSilence(target.value)}
        />
      ) : (
        <TextField
          label={t('feed.by')}
          type="time"
          required
          value={by}
          errors={errorsOf(save.error, 'by')}
          onChange={({ target }) => setBy(target.value)}
        />
      )}
      <TextField
        label={t('feed.ends')}
        hint={t('feed.ends.hint')}
        type="date"
        value={ends}
        errors={errorsOf(save.error, 'ends')}
        onChange={({ target }) => setEnds(target.value)}
      />
    </Form>
  );
}
