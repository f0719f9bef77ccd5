import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCatalogue, useNames } from '@/api/catalogue';
import { type Entry, entryQuery, type Kind, retireEntry, setEntry } from '@/api/catalogue-edits';
import { useToday } from '@/api/operator';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { CheckField, errorsOf, Fields, Form, SelectField, TextField } from '@/kit/form';
import { PanelError, PanelLoading } from '@/kit/panel-states';
import styles from './data.module.css';
import { messages } from './messages';

interface Done {
  onClose: () => void;
  onDone: (text: string) => void;
}

/** Adds an entry (code '') or changes one, from a day on; closed where the code is null. */
export function EntryDialog({ kind, code, onClose, onDone }: Done & { kind: Kind; code: string | null }) {
  const t = useMessages(messages);
  const title = code === '' ? t('entry.add.title', { kind: t(`kind.${kind}`) }) : t('entry.edit.title', { code: code ?? '' });
  return (
    <Dialog title={title} open={code !== null} onClose={onClose} width={620}>
      {code === '' && <EntryForm {...{ kind, onClose, onDone }} entry={BLANK} tag={null} isNew />}
      {code && <LoadedForm {...{ kind, code, onClose, onDone }} />}
    </Dialog>
  );
}

const BLANK = {
  code: '',
  names: { 'zh-CN': '', en: '' },
  electronic: true,
  standard: true,
  offloadable: true,
  value: 'low',
  risk: 'low',
} as unknown as Entry;

function LoadedForm({ kind, code, ...done }: Done & { kind: Kind; code: string }) {
  const query = useQuery(entryQuery(kind, code, ''));
  if (query.error) return <PanelError what={code} error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <PanelLoading what={code} height={240} />;
  return <EntryForm {...{ kind, ...done }} entry={query.data.entry} tag={query.data.tag} isNew={false} />;
}

interface FormProps extends Done {
  kind: Kind;
  entry: Entry;
  tag: string | null;
  isNew: boolean;
}

function EntryForm({ kind, entry, tag, isNew, onClose, onDone }: FormProps) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const [draft, setDraft] = useState(entry);
  const [validFrom, setValidFrom] = useState(useToday());
  const change = (part: Partial<Entry>) => setDraft((now) => ({ ...now, ...part }) as Entry);
  const save = useMutation({
    mutationFn: () => setEntry(kind, bodyOf(kind, draft), draft.code, validFrom, tag),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['catalogue'] });
      onDone(t('entry.done', { code: draft.code, day: validFrom }));
      onClose();
    },
  });
  const wrong = (field: string) => errorsOf(save.error, field);
  const names = (part: Partial<Entry['names']>) => change({ names: { ...draft.names, ...part } });
  return (
    <Form submit={t('save')} busy={save.isPending} error={save.error} fields={FIELDS} onSubmit={() => save.mutate()} onCancel={onClose}>
      <Fields>
        <TextField
          label={t('entry.code')}
          hint={t('entry.code.hint')}
          required
          pattern="[A-Za-z0-9._:\-]{1,64}"
          readOnly={!isNew}
          value={draft.code}
          errors={wrong('code')}
          onChange={({ target }) => change({ code: target.value })}
        />
        <TextField
          label={t('entry.from')}
          hint={t('entry.from.hint')}
          type="date"
          required
          value={validFrom}
          errors={wrong('validFrom')}
          onChange={({ target }) => setValidFrom(target.value)}
        />
        <TextField
          label={t('name.zh')}
          required
          maxLength={100}
          value={draft.names['zh-CN']}
          errors={wrong('names.zh-CN')}
          onChange={({ target }) => names({ 'zh-CN': target.value })}
        />
        <TextField
          label={t('name.en')}
          required
          maxLength={100}
          value={draft.names.en}
          errors={wrong('names.en')}
          onChange={({ target }) => names({ en: target.value })}
        />
      </Fields>
      {kind === 'channels' && <ChannelFields draft={draft} change={change} wrong={wrong} />}
      {kind === 'services' && <ServiceFields draft={draft} change={change} wrong={wrong} />}
      {kind === 'regions' && <RegionFields draft={draft} change={change} wrong={wrong} />}
    </Form>
  );
}

const FIELDS = ['code', 'validFrom', 'names.zh-CN', 'names.en', 'unitCost', 'position', 'group', 'parent'];

/** What the kind has; the server refuses nothing else, but the audit should not hold it. */
function bodyOf(kind: Kind, entry: Entry): object {
  const { names } = entry;
  if (kind === 'channels')
    return {
      names,
      electronic: entry.electronic ?? false,
      assisted: entry.assisted ?? false,
      unitCost: entry.unitCost ?? 0,
      position: entry.position ?? undefined,
    };
  if (kind === 'services') {
    const { group, value, risk, standard, offloadable, unitCosts } = entry;
    return { names, group, value, risk, standard: standard ?? false, offloadable: offloadable ?? false, unitCosts: unitCosts ?? {} };
  }
  return kind === 'regions' ? { names, parent: entry.parent ?? null } : { names };
}

interface PartProps {
  draft: Entry;
  change: (part: Partial<Entry>) => void;
  wrong: (field: string) => readonly string[] | undefined;
}

function ChannelFields({ draft, change, wrong }: PartProps) {
  const t = useMessages(messages);
  const number = (text: string) => (text === '' ? undefined : Number(text));
  return (
    <>
      <div className={styles.checks}>
        <CheckField label={t('entry.electronic')} checked={draft.electronic ?? false} onChange={(electronic) => change({ electronic })} />
        <CheckField label={t('entry.assisted')} checked={draft.assisted ?? false} onChange={(assisted) => change({ assisted })} />
      </div>
      <Fields>
        <TextField
          label={t('entry.cost.fen')}
          type="number"
          min={0}
          value={draft.unitCost ?? ''}
          errors={wrong('unitCost')}
          onChange={({ target }) => change({ unitCost: number(target.value) })}
        />
        <TextField
          label={t('entry.position')}
          type="number"
          min={0}
          value={draft.position ?? ''}
          errors={wrong('position')}
          onChange={({ target }) => change({ position: number(target.value) })}
        />
      </Fields>
    </>
  );
}

function ServiceFields({ draft, change, wrong }: PartProps) {
  const t = useMessages(messages);
  const levels = (['low', 'medium', 'high'] as const).map((value) => ({ value, label: t(`level.${value}`) }));
  return (
    <>
      <Fields>
        <TextField
          label={t('entry.group')}
          hint={t('entry.group.hint')}
          required
          value={draft.group ?? ''}
          errors={wrong('group')}
          onChange={({ target }) => change({ group: target.value })}
        />
        <SelectField
          label={t('entry.value')}
          value={draft.value}
          options={levels}
          onChange={({ target }) => change({ value: target.value as never })}
        />
        <SelectField label={t('entry.risk')} value={draft.risk} options={levels} onChange={({ target }) => change({ risk: target.value as never })} />
      </Fields>
      <div className={styles.checks}>
        <CheckField label={t('entry.standard')} checked={draft.standard ?? false} onChange={(standard) => change({ standard })} />
        <CheckField label={t('entry.offloadable')} checked={draft.offloadable ?? false} onChange={(offloadable) => change({ offloadable })} />
      </div>
    </>
  );
}

function RegionFields({ draft, change, wrong }: PartProps) {
  const t = useMessages(messages);
  const name = useNames();
  const regions = useCatalogue()?.regions.filter(({ code }) => code !== draft.code) ?? [];
  return (
    <SelectField
      label={t('entry.parent')}
      value={draft.parent ?? ''}
      errors={wrong('parent')}
      options={[{ value: '', label: t('entry.root') }, ...regions.map(({ code }) => ({ value: code, label: name('region', code) }))]}
      onChange={({ target }) => change({ parent: target.value || null })}
    />
  );
}

/** Takes an entry out from a day on. The days before keep it, so that it can be put back by adding it again. */
export function RetireForm({ kind, code, onClose, onDone }: Done & { kind: Kind; code: string }) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const [validFrom, setValidFrom] = useState(useToday());
  const entry = useQuery(entryQuery(kind, code, ''));
  const save = useMutation({
    mutationFn: () => retireEntry(kind, code, validFrom, entry.data?.tag ?? null),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['catalogue'] });
      onDone(t('entry.retired', { code, day: validFrom }));
      onClose();
    },
  });
  return (
    <Form
      submit={t('entry.retire')}
      danger
      busy={save.isPending}
      error={save.error}
      fields={['validFrom']}
      onSubmit={() => save.mutate()}
      onCancel={onClose}
    >
      <p className={styles.note}>{t('entry.retire.note')}</p>
      <TextField
        label={t('entry.from')}
        type="date"
        required
        value={validFrom}
        errors={errorsOf(save.error, 'validFrom')}
        onChange={({ target }) => setValidFrom(target.value)}
      />
    </Form>
  );
}
