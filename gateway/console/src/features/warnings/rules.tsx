import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '@/api/session';
import { type Rule, rulesQuery, useRuleChange } from '@/api/warnings';
import { useUrlParam } from '@/filters/filters';
import { useFormatter } from '@/format/use-formatter';
import { type Column, DataTable } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { Panel } from '@/kit/panel';
import { SeverityMark } from './row';
import { RuleForm } from './rule-form';
import { useWarningWords } from './words';
import styles from './warnings.module.css';

const NEW = 'new';

/** What is watched. The address says which rule is being edited, so that it can be sent to somebody. */
export function Rules() {
  const { t, metric } = useWarningWords();
  const query = useQuery(rulesQuery);
  const may = useMay('manager', 'admin');
  const [edited, edit] = useUrlParam('rule', '');
  const [removing, setRemoving] = useState<Rule | null>(null);
  const columns = useColumns(may, edit, setRemoving);
  const rule = query.data?.find(({ id }) => id === edited);
  const open = may && (edited === NEW || rule !== undefined);
  return (
    <>
      <Panel
        title={t('rules')}
        query={query}
        height={240}
        actions={
          may && (
            <button type="button" className={styles.main} onClick={() => edit(NEW)}>
              {t('rule.add')}
            </button>
          )
        }
      >
        {(rules) =>
          rules.length === 0 ? (
            <p className={styles.none}>{t('rules.none')}</p>
          ) : (
            <DataTable caption={t('rules')} columns={columns} rows={rules} rowKey={({ id }) => id} />
          )
        }
      </Panel>
      <Dialog title={rule ? t('form.edit') : t('form.new')} open={open} onClose={() => edit('')} width={1080}>
        <RuleForm rule={rule} onDone={() => edit('')} />
      </Dialog>
      <Dialog title={t('remove.title')} open={removing !== null} onClose={() => setRemoving(null)} width={440}>
        {removing && <Remove rule={removing} name={removing.name ?? metric(removing.indicator)} onDone={() => setRemoving(null)} />}
      </Dialog>
    </>
  );
}

function useColumns(may: boolean, edit: (id: string) => void, remove: (rule: Rule) => void): Column<Rule>[] {
  const words = useWarningWords();
  const { t, metric } = words;
  const name = (rule: Rule) => rule.name ?? metric(rule.indicator);
  const condition = (rule: Rule) => words.condition(rule.condition, rule.indicator);
  return [
    { key: 'metric', title: t('rule.metric'), cell: name, value: name },
    { key: 'scope', title: t('rule.scope'), cell: words.scope, value: words.scope },
    { key: 'condition', title: t('rule.condition'), wrap: true, cell: condition, value: condition },
    { key: 'who', title: t('rule.who'), wrap: true, cell: ({ notify }) => words.who(notify), value: ({ notify }) => notify.join() },
    { key: 'severity', title: t('rule.severity'), cell: ({ severity }) => <SeverityMark severity={severity} />, value: ({ severity }) => severity },
    { key: 'on', title: t('rule.on'), cell: ({ enabled }) => t(`on.${enabled}`), value: ({ enabled }) => t(`on.${enabled}`) },
    { key: 'quality', title: t('rule.quality'), wrap: true, cell: (rule) => <Quality rule={rule} />, value: falseRate },
    ...(may
      ? [{ key: 'actions', title: t('rule.actions'), cell: (rule: Rule) => <RowButtons rule={rule} edit={edit} remove={remove} />, value: () => null }]
      : []),
  ];
}

function falseRate({ quality }: Rule): number | null {
  return quality && quality.judged > 0 ? quality.falseAlarms / quality.judged : null;
}

/** How often it was a false alarm, of those that somebody judged: a rule that cries wolf shows. */
function Quality({ rule }: { rule: Rule }) {
  const { t } = useWarningWords();
  const format = useFormatter();
  const rate = falseRate(rule);
  if (!rule.quality || rule.quality.warnings === 0) return t('quality.none');
  const { warnings, judged, falseAlarms } = rule.quality;
  if (rate === null) return t('quality.unjudged', { warnings });
  return t('quality.rate', { rate: format.rate(rate), false: falseAlarms, judged });
}

function RowButtons({ rule, edit, remove }: { rule: Rule; edit: (id: string) => void; remove: (rule: Rule) => void }) {
  const { t } = useWarningWords();
  const change = useRuleChange();
  const toggle = () => change.mutate({ rule: { ...rule, enabled: !rule.enabled }, id: rule.id, revision: rule.revision });
  return (
    <span className={styles.rowButtons}>
      <button type="button" className={styles.button} onClick={() => edit(rule.id)}>
        {t('rule.edit')}
      </button>
      <button type="button" className={styles.button} disabled={change.isPending} onClick={toggle}>
        {t(rule.enabled ? 'rule.disable' : 'rule.enable')}
      </button>
      <button type="button" className={styles.button} onClick={() => remove(rule)}>
        {t('rule.remove')}
      </button>
      {change.error && <span role="alert">{t('act.failed', { reason: change.error.message })}</span>}
    </span>
  );
}

function Remove({ rule, name, onDone }: { rule: Rule; name: string; onDone: () => void }) {
  const { t } = useWarningWords();
  const change = useRuleChange();
  return (
    <div className={styles.form}>
      <p>{t('remove.text', { rule: name })}</p>
      {change.error && <p role="alert">{t('act.failed', { reason: change.error.message })}</p>}
      <div className={styles.formButtons}>
        <button type="button" className={styles.button} onClick={onDone}>
          {t('cancel')}
        </button>
        <button type="button" className={styles.main} disabled={change.isPending} onClick={() => change.mutate({ remove: rule }, { onSuccess: onDone })}>
          {t('rule.remove')}
        </button>
      </div>
    </div>
  );
}
