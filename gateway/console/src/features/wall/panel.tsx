import { useQuery } from '@tanstack/react-query';
import { type Wall, type WallQueue, wallQuery } from '@/api/agents';
import { useUrlParam } from '@/filters/filters';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { Panel as Part } from '@/kit/panel';
import { AgentsPanel } from './agents-panel';
import { Count, countCell, OldestWait, oldestCell, type Show } from './cells';
import { drillOf, drillText } from './drill';
import { DrillPanel } from './drill-panel';
import { messages } from './messages';
import styles from './wall.module.css';

/** How the desk goes right now; each number leads to the conversations behind it. [D10] */
export function Panel() {
  const t = useMessages(messages);
  const query = useQuery(wallQuery);
  const [text, setText] = useUrlParam('d', '');
  const drill = drillOf(text);
  const show: Show = (next) => setText(drillText(next));
  return (
    <div className={styles.wall}>
      <Part title={t('now')} query={query} height={90}>
        {(wall) => <Totals wall={wall} show={show} />}
      </Part>
      {drill && <DrillPanel key={text} drill={drill} onClose={() => setText('')} />}
      <Part title={t('queues')} query={query} height={120}>
        {({ queues }) => (queues.length === 0 ? <p className={styles.note}>{t('queues.none')}</p> : <Queues queues={queues} show={show} />)}
      </Part>
      <AgentsPanel query={query} show={show} />
    </div>
  );
}

interface Shows {
  show: Show;
}

const NUMBERS = ['waiting', 'overdue', 'imminent', 'active'] as const;

function Totals({ wall: { queues, agents }, show }: { wall: Wall } & Shows) {
  const t = useMessages(messages);
  const sum = (name: (typeof NUMBERS)[number]) => queues.reduce((all, queue) => all + queue[name], 0);
  const oldest = queues.flatMap(({ oldestSince }) => oldestSince ?? []).sort()[0] ?? null;
  return (
    <dl className={styles.totals}>
      {NUMBERS.map((name) => (
        <div key={name} data-what={name} data-some={sum(name) > 0}>
          <dt>{t(name)}</dt>
          <dd>
            <Count drill={{ what: name, of: '' }} count={sum(name)} show={show} />
          </dd>
        </div>
      ))}
      <div data-what="oldest">
        <dt>{t('oldest')}</dt>
        <dd>
          <OldestWait since={oldest} skill="" show={show} />
        </dd>
      </div>
      <div>
        <dt>{t('onDuty')}</dt>
        <dd>{agents.filter(({ status }) => status === 'available').length}</dd>
      </div>
    </dl>
  );
}

function Queues({ queues, show }: { queues: readonly WallQueue[] } & Shows) {
  const t = useMessages(messages);
  const columns: Column<WallQueue>[] = [
    { key: 'skill', title: t('skill'), cell: ({ skill }) => skill, value: ({ skill }) => skill },
    ...NUMBERS.map(
      (name): Column<WallQueue> => ({
        key: name,
        title: t(name),
        number: true,
        cell: countCell(
          ({ skill }) => ({ what: name, of: skill }),
          (queue) => queue[name],
          show,
        ),
        value: (queue) => queue[name],
      }),
    ),
    {
      key: 'oldest',
      title: t('oldest'),
      number: true,
      cell: oldestCell(show),
      value: ({ oldestSince }) => oldestSince,
    },
  ];
  return <DataTable caption={t('queues')} columns={columns} rows={queues} rowKey={({ skill }) => skill} />;
}
