import { type FormEvent, type ReactNode, useState } from 'react';
import { useCatalogue, useNames } from '@/api/catalogue';
import { ApiError } from '@/api/client';
import { useDefinitions } from '@/api/indicators';
import { type Rule, type Severity, useRuleChange } from '@/api/warnings';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import { canWatch, type Draft, draftOf, fitted, historyOf, LATE_FEED, ROLES, ruleOf } from './draft';
import { typedScale } from './queue';
import { RulePreview } from './rule-preview';
import { useWarningWords } from './words';
import styles from './warnings.module.css';

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

interface Part {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

/** Four fields, and beside them what the rule would have done: [W1]. */
export function RuleForm({ rule, onDone }: { rule: Rule | undefined; onDone: () => void }) {
  const { t, unitOf } = useWarningWords();
  const definitions = useDefinitions();
  const [draft, setDraft] = useState(() => draftOf(rule, unitOf(rule?.indicator ?? null)));
  const change = useRuleChange();
  const set = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(fitted(next, definitions.get(next.metric)));
  };
  const said = ruleOf(draft, unitOf(draft.metric), rule);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (said) change.mutate({ rule: said, id: rule?.id, revision: rule?.revision }, { onSuccess: onDone });
  };
  return (
    <form className={styles.ruleForm} onSubmit={submit}>
      <div className={styles.fields}>
        <Metric draft={draft} set={set} />
        <Scope draft={draft} set={set} />
        {draft.metric !== LATE_FEED && <ConditionFields draft={draft} set={set} />}
        <Who draft={draft} set={set} />
        {change.error && <Refusal error={change.error} />}
        <div className={styles.formButtons}>
          <button type="button" className={styles.button} onClick={onDone}>
            {t('cancel')}
          </button>
          <button type="submit" className={styles.main} disabled={said === null || change.isPending}>
            {t('save')}
          </button>
        </div>
      </div>
      <RulePreview rule={said ?? historyOf(draft)} whole={said !== null} />
    </form>
  );
}

function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset className={styles.field}>
      <legend>{name}</legend>
      {children}
    </fieldset>
  );
}

function Metric({ draft, set }: Part) {
  const { t } = useWarningWords();
  const language = useLanguage();
  const watched = [...useDefinitions().values()].filter(canWatch);
  return (
    <Field name={t('form.metric')}>
      <select aria-label={t('rule.metric')} value={draft.metric} onChange={({ target }) => set({ metric: target.value, threshold: '' })}>
        {watched.map(({ id, names }) => (
          <option key={id} value={id}>
            {nameIn(names, language)}
          </option>
        ))}
        <option value={LATE_FEED}>{t('form.late-feed')}</option>
      </select>
    </Field>
  );
}

function Scope({ draft, set }: Part) {
  const { t } = useWarningWords();
  const name = useNames();
  const catalogue = useCatalogue();
  const definition = useDefinitions().get(draft.metric);
  const late = draft.metric === LATE_FEED;
  return (
    <Field name={t('form.scope')}>
      <label>
        {t('form.channel')}
        <select value={draft.channel} disabled={!late && !definition?.dimensions.includes('channel')} onChange={({ target }) => set({ channel: target.value })}>
          <option value="">{t('scope.all')}</option>
          {(catalogue?.channels ?? []).map(({ code }) => (
            <option key={code} value={code}>
              {name('channel', code)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('form.region')}
        <select value={draft.region} disabled={late || !definition?.dimensions.includes('region')} onChange={({ target }) => set({ region: target.value })}>
          <option value="">{t('form.all-regions')}</option>
          {(catalogue?.regions ?? []).map(({ code }) => (
            <option key={code} value={code}>
              {name('region', code)}
            </option>
          ))}
        </select>
      </label>
    </Field>
  );
}

function ConditionFields({ draft, set }: Part) {
  const { t, unitOf } = useWarningWords();
  const definition = useDefinitions().get(draft.metric);
  const windows = (['hour', 'day'] as const).filter((one) => definition?.grains.includes(one) ?? true);
  const sign = typedScale(unitOf(draft.metric)).sign;
  return (
    <Field name={t('form.condition')}>
      <select aria-label={t('rule.condition')} value={draft.kind} onChange={({ target }) => set({ kind: target.value === 'above' ? 'above' : 'below' })}>
        <option value="below">{t('form.below')}</option>
        <option value="above">{t('form.above')}</option>
      </select>
      <label>
        {t('form.threshold', { unit: t(`unit.${sign}`) })}
        <input
          type="number"
          step="any"
          min={0}
          max={sign === 'percent' ? 100 : undefined}
          required
          value={draft.threshold}
          onChange={({ target }) => set({ threshold: target.value })}
        />
      </label>
      <label>
        {t('form.window')}
        <select value={draft.window} onChange={({ target }) => set({ window: target.value === 'hour' ? 'hour' : 'day' })}>
          {windows.map((one) => (
            <option key={one} value={one}>
              {t(`window.${one}`)}
            </option>
          ))}
        </select>
      </label>
    </Field>
  );
}

function Who({ draft, set }: Part) {
  const { t } = useWarningWords();
  const toggle = (role: string) =>
    set({ roles: draft.roles.includes(role) ? draft.roles.filter((one) => one !== role) : [...draft.roles, role] });
  return (
    <Field name={t('form.who')}>
      <div className={styles.checks} role="group" aria-label={t('form.roles')}>
        {ROLES.map((role) => (
          <label key={role}>
            <input type="checkbox" checked={draft.roles.includes(role)} onChange={() => toggle(role)} />
            {t(`role.${role}`)}
          </label>
        ))}
      </div>
      <label>
        {t('form.users')}
        <input value={draft.users} placeholder={t('form.users.hint')} autoComplete="off" onChange={({ target }) => set({ users: target.value })} />
      </label>
      <label>
        {t('form.severity')}
        <select value={draft.severity} onChange={({ target }) => set({ severity: SEVERITIES.find((one) => one === target.value) ?? 'warning' })}>
          {SEVERITIES.map((one) => (
            <option key={one} value={one}>
              {t(`severity.${one}`)}
            </option>
          ))}
        </select>
      </label>
    </Field>
  );
}

/** What the server has against it, field by field. */
function Refusal({ error }: { error: Error }) {
  const { t } = useWarningWords();
  const errors = error instanceof ApiError ? Object.values(error.problem.errors ?? {}).flat() : [];
  return (
    <div role="alert">
      <p>{t('act.failed', { reason: error.message })}</p>
      {errors.length > 0 && (
        <ul>
          {errors.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
