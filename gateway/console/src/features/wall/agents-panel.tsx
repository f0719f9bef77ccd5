import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Agent, agentsQuery, type DutyStatus, useAgentChange, type Wall, type WallAgent } from '@/api/agents';
import { useMay } from '@/api/session';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { errorsOf, Form, TextField } from '@/kit/form';
import { Panel, type PanelProps } from '@/kit/panel';
import { useNow } from '@/kit/use-now';
import { countCell, editCell, type Show, statusCell } from './cells';
import { messages } from './messages';
import styles from './wall.module.css';

const MINUTE = 60_000;
const ORDER: Record<DutyStatus, number> = { available: 0, away: 1, off: 2 };

/** Who is on duty, with how much; and what each can be asked about. */
export function AgentsPanel({ query, show }: { query: PanelProps<Wall>['query']; show: Show }) {
  const t = useMessages(messages);
  const mayEdit = useMay('supervisor', 'admin');
  const [user, setUser] = useState<string | null>(null);
  const { data: known } = useQuery({ ...agentsQuery, enabled: mayEdit });
  const agent = known?.find((one) => one.user === user);
  return (
    <>
      <Panel title={t('agents')} query={query} height={120}>
        {({ agents, dutyKnown }) => (
          <>
            {!dutyKnown && <p className={styles.warning}>{t('agents.unknown')}</p>}
            {agents.length === 0 ? (
              <p className={styles.note}>{t('agents.none')}</p>
            ) : (
              <Agents agents={agents} show={show} edit={mayEdit ? setUser : undefined} />
            )}
          </>
        )}
      </Panel>
      <Dialog title={t('edit.title', { name: user ?? '' })} open={agent !== undefined} onClose={() => setUser(null)} width={460}>
        {agent && <AgentForm agent={agent} onDone={() => setUser(null)} />}
      </Dialog>
    </>
  );
}

function Agents({ agents, show, edit }: { agents: readonly WallAgent[]; show: Show; edit?: (user: string) => void }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const now = useNow(MINUTE);
  const rows = [...agents].sort((one, other) => ORDER[one.status] - ORDER[other.status] || one.user.localeCompare(other.user));
  const status = (one: WallAgent) => t(`status.${one.status}`);
  const skills = (one: WallAgent) => (one.skills.includes('*') ? t('skills.any') : one.skills.join(t('list')));
  const columns: Column<WallAgent>[] = [
    { key: 'user', title: t('user'), cell: ({ user }) => user, value: ({ user }) => user },
    { key: 'status', title: t('status'), cell: statusCell(status), value: status },
    { key: 'since', title: t('since'), cell: ({ since }) => (since ? format.age(now + MINUTE - Date.parse(since)) : '–'), value: ({ since }) => since },
    {
      key: 'load',
      title: t('load'),
      number: true,
      cell: countCell(
        ({ user }) => ({ what: 'agent', of: user }),
        ({ load }) => load,
        show,
      ),
      value: ({ load }) => load,
    },
    { key: 'capacity', title: t('capacity'), number: true, cell: ({ capacity }) => format.integer(capacity), value: ({ capacity }) => capacity },
    { key: 'skills', title: t('skills'), wrap: true, cell: skills, value: skills },
  ];
  if (edit) {
    columns.push({
      key: 'actions',
      title: t('actions'),
      value: () => null,
      cell: editCell(t('edit'), ({ user }) => t('edit.title', { name: user }), edit),
    });
  }
  return <DataTable caption={t('agents')} columns={columns} rows={rows} rowKey={({ user }) => user} />;
}

function AgentForm({ agent, onDone }: { agent: Agent; onDone: () => void }) {
  const t = useMessages(messages);
  const change = useAgentChange();
  const [skills, setSkills] = useState(agent.skills.join(', '));
  const [capacity, setCapacity] = useState(String(agent.capacity));
  const save = () => {
    const codes = skills.split(/[,，\s]+/).filter(Boolean);
    change.mutate({ ...agent, skills: codes, capacity: Number(capacity) }, { onSuccess: onDone });
  };
  return (
    <Form submit={t('save')} busy={change.isPending} error={change.error} fields={['skills', 'capacity']} onSubmit={save} onCancel={onDone}>
      <TextField
        label={t('edit.skills')}
        hint={t('edit.skills.hint')}
        required
        value={skills}
        errors={errorsOf(change.error, 'skills')}
        onChange={({ target }) => setSkills(target.value)}
      />
      <TextField
        label={t('edit.capacity')}
        type="number"
        min={1}
        max={50}
        required
        value={capacity}
        errors={errorsOf(change.error, 'capacity')}
        onChange={({ target }) => setCapacity(target.value)}
      />
    </Form>
  );
}
