import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { calendarsQuery } from '@/api/calendars';
import { policiesQuery, type Policy, putPolicy, TIERS } from '@/api/promises';
import { ESCALATION_ROLES, type EscalationRole, SEVERITIES, TYPES } from '@/api/tickets';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { errorsOf, Fields, SelectField, TextField } from '@/kit/form';
import { Editable, SaveForm } from './editable';
import styles from './tickets.module.css';
import { useTicketWords } from './words';

/** What is promised for which tickets. */
export function Policies() {
  const words = useTicketWords();
  const { t, format } = words;
  const query = useQuery(policiesQuery);
  const calendar = useCalendarName();
  const steps = ({ escalations }: Policy) => escalations.map(({ role, after }) => t('step', { role: t(`role.${role}`), after: format.minutes(after) })).join(t('list.and'));
  const columns: Column<Policy>[] = [
    { key: 'id', title: t('policy.for'), cell: ({ id }) => words.policy(id), value: ({ id }) => words.policy(id) },
    { key: 'calendar', title: t('calendar'), cell: (one) => calendar(one.calendar), value: (one) => calendar(one.calendar) },
    { key: 'first', title: t('firstResponse'), number: true, cell: (one) => format.minutes(one.firstResponse), value: (one) => one.firstResponse },
    { key: 'resolution', title: t('resolution'), number: true, cell: (one) => format.minutes(one.resolution), value: (one) => one.resolution },
    { key: 'remind', title: t('remindAt'), number: true, cell: ({ remindAt }) => t('percent', { percent: remindAt }), value: ({ remindAt }) => remindAt },
    { key: 'steps', title: t('escalations'), wrap: true, cell: steps, value: steps },
  ];
  return (
    <Editable
      title={t('policies')}
      note={t('policies.note')}
      add={t('policy.add')}
      query={query}
      columns={columns}
      nameOf={({ id }) => words.policy(id)}
      keyOf={({ id }) => id}
      renderForm={(row, onClose) => <PolicyForm policy={row} known={query.data ?? []} onClose={onClose} />}
    />
  );
}

function useCalendarName() {
  const language = useLanguage();
  const { data } = useQuery(calendarsQuery);
  return (id: string) => {
    const known = data?.find((one) => one.id === id);
    return known ? nameIn(known.names, language) : id;
  };
}

const FIELDS = ['calendar', 'firstResponse', 'resolution', 'remindAt'];

interface Step {
  role: EscalationRole;
  after: string;
}

function PolicyForm({ policy, known, onClose }: { policy: Policy | undefined; known: readonly Policy[]; onClose: () => void }) {
  const words = useTicketWords();
  const { t, format } = words;
  const { data: calendars } = useQuery(calendarsQuery);
  const nameOf = useCalendarName();
  const [kind, setKind] = useState({ type: TYPES[0] as string, severity: SEVERITIES[0] as string, tier: 'vip' });
  const [draft, setDraft] = useState({
    calendar: policy?.calendar ?? 'default',
    firstResponse: String(policy?.firstResponse ?? 60),
    resolution: String(policy?.resolution ?? 450),
    remindAt: String(policy?.remindAt ?? 75),
  });
  const [steps, setSteps] = useState<Step[]>(() => (policy?.escalations ?? []).map(({ role, after }) => ({ role, after: String(after) })));
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const changeStep = (at: number, part: Partial<Step>) => setSteps((now) => now.map((step, i) => (i === at ? { ...step, ...part } : step)));
  const id = policy?.id ?? `${kind.type}.${kind.severity}.${kind.tier}`;
  const save = (revision: number) =>
    putPolicy(
      id,
      {
        calendar: draft.calendar,
        firstResponse: Number(draft.firstResponse),
        resolution: Number(draft.resolution),
        remindAt: Number(draft.remindAt),
        escalations: steps.map(({ role, after }) => ({ role, after: Number(after) })),
      },
      revision,
    );
  const now = policy ? t('policy.now', { first: format.minutes(policy.firstResponse), resolution: format.minutes(policy.resolution), calendar: nameOf(policy.calendar) }) : '';
  const minutes = (key: 'firstResponse' | 'resolution', error: Error | null) => (
    <TextField
      label={t(`minutes.${key}`)}
      hint={format.minutes(Number(draft[key]) || 0)}
      type="number"
      required
      min={1}
      max={60_000}
      value={draft[key]}
      errors={errorsOf(error, key)}
      onChange={({ target }) => change({ [key]: target.value })}
    />
  );
  return (
    <SaveForm
      revision={policy?.revision ?? known.find((one) => one.id === id)?.revision ?? 0}
      queryKey={policiesQuery.queryKey}
      save={save}
      now={now}
      fields={FIELDS}
      onClose={onClose}
    >
      {(error) => (
        <>
          {!policy && <KindFields kind={kind} change={(part) => setKind((was) => ({ ...was, ...part }))} />}
          <Fields>
            <SelectField
              label={t('calendar')}
              value={draft.calendar}
              options={(calendars ?? []).map((one) => ({ value: one.id, label: nameOf(one.id) }))}
              errors={errorsOf(error, 'calendar')}
              onChange={({ target }) => change({ calendar: target.value })}
            />
            <TextField
              label={t('remindAt.percent')}
              type="number"
              required
              min={1}
              max={99}
              value={draft.remindAt}
              errors={errorsOf(error, 'remindAt')}
              onChange={({ target }) => change({ remindAt: target.value })}
            />
            {minutes('firstResponse', error)}
            {minutes('resolution', error)}
          </Fields>
          <fieldset className={styles.steps}>
            <legend>{t('escalations')}</legend>
            {steps.map((step, at) => (
              // oxlint-disable-next-line react/no-array-index-key
              <div key={at} className={styles.stepRow}>
                <SelectField
                  label={t('step.role', { n: at + 1 })}
                  value={step.role}
                  options={ESCALATION_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
                  onChange={({ target }) => changeStep(at, { role: target.value as EscalationRole })}
                />
                <TextField
                  label={t('step.after')}
                  type="number"
                  required
                  min={0}
                  max={60_000}
                  value={step.after}
                  errors={errorsOf(error, `escalations.${at}.after`)}
                  onChange={({ target }) => changeStep(at, { after: target.value })}
                />
                <Button onClick={() => setSteps((now) => now.filter((_, i) => i !== at))}>{t('step.remove')}</Button>
              </div>
            ))}
            {steps.length < 5 && (
              <Button size="small" onClick={() => setSteps((now) => [...now, { role: 'supervisor', after: String(Number(now.at(-1)?.after ?? -60) + 60) }])}>
                {t('step.add')}
              </Button>
            )}
          </fieldset>
        </>
      )}
    </SaveForm>
  );
}

interface Kind {
  type: string;
  severity: string;
  tier: string;
}

/** A policy of a tier alone; those for all tiers are there from the beginning. */
function KindFields({ kind, change }: { kind: Kind; change: (part: Partial<Kind>) => void }) {
  const { t } = useTicketWords();
  return (
    <Fields>
      <SelectField label={t('type')} value={kind.type} options={TYPES.map((value) => ({ value, label: t(`type.${value}`) }))} onChange={({ target }) => change({ type: target.value })} />
      <SelectField
        label={t('severity')}
        value={kind.severity}
        options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
        onChange={({ target }) => change({ severity: target.value })}
      />
      <SelectField label={t('tier')} value={kind.tier} options={TIERS.map((value) => ({ value, label: t(`tier.${value}`) }))} onChange={({ target }) => change({ tier: target.value })} />
    </Fields>
  );
}
