import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addDefinitionVersion } from '@/api/catalogue-edits';
import type { Definition } from '@/api/indicators';
import { useToday } from '@/api/operator';
import { addDays } from '@/filters/period';
import { useMessages } from '@/i18n/messages';
import { errorsOf, Field, Fields, Form, SelectField, TextField } from '@/kit/form';
import formStyles from '@/kit/form.module.css';
import { messages } from './messages';

interface Props {
  last: Definition;
  onClose: () => void;
  onDone: () => void;
}

/** A new version of a definition from a day on. Figures of the days before stay as they are. */
export function DefinitionForm({ last, onClose, onDone }: Props) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const [draft, setDraft] = useState({
    validFrom: addDays(useToday(), 1),
    numerator: last.numerator,
    denominator: last.denominator ?? '',
    minimumN: String(last.minimumN),
    direction: last.direction as string,
    nameZh: last.names['zh-CN'],
    nameEn: last.names.en,
    statementZh: last.statement['zh-CN'],
    statementEn: last.statement.en,
  });
  const set = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      addDefinitionVersion(last.id, last.version, {
        validFrom: draft.validFrom,
        numerator: draft.numerator,
        ...(last.denominator === null ? {} : { denominator: draft.denominator }),
        minimumN: Number(draft.minimumN),
        direction: draft.direction,
        names: { 'zh-CN': draft.nameZh, en: draft.nameEn },
        statement: { 'zh-CN': draft.statementZh, en: draft.statementEn },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['definitions'] });
      onDone();
      onClose();
    },
  });
  const wrong = (field: string) => errorsOf(save.error, field);
  const area = (label: string, value: string, part: (text: string) => Partial<typeof draft>, errors?: readonly string[]) => (
    <Field label={label} errors={errors}>
      {(ids) => (
        <textarea className={formStyles.input} required maxLength={1000} value={value} onChange={({ target }) => set(part(target.value))} {...ids} />
      )}
    </Field>
  );
  return (
    <Form submit={t('save')} busy={save.isPending} error={save.error} fields={FIELDS} onSubmit={() => save.mutate()} onCancel={onClose}>
      <Fields>
        <TextField
          label={t('definition.from')}
          hint={t('definition.from.hint')}
          type="date"
          required
          min={addDays(last.validFrom, 1)}
          value={draft.validFrom}
          errors={wrong('validFrom')}
          onChange={({ target }) => set({ validFrom: target.value })}
        />
        <TextField
          label={t('definition.minimum')}
          hint={t('definition.minimum.hint')}
          type="number"
          min={1}
          required
          value={draft.minimumN}
          errors={wrong('minimumN')}
          onChange={({ target }) => set({ minimumN: target.value })}
        />
        <SelectField
          label={t('definition.direction')}
          value={draft.direction}
          options={(['up', 'down', 'none'] as const).map((value) => ({ value, label: t(`direction.${value}`) }))}
          onChange={({ target }) => set({ direction: target.value })}
        />
      </Fields>
      <TextField
        label={t('definition.numerator')}
        required
        value={draft.numerator}
        errors={wrong('numerator')}
        onChange={({ target }) => set({ numerator: target.value })}
      />
      {last.denominator !== null && (
        <TextField
          label={t('definition.denominator')}
          required
          value={draft.denominator}
          errors={wrong('denominator')}
          onChange={({ target }) => set({ denominator: target.value })}
        />
      )}
      <Fields>
        <TextField
          label={t('name.zh')}
          required
          maxLength={100}
          value={draft.nameZh}
          errors={wrong('names.zh-CN')}
          onChange={({ target }) => set({ nameZh: target.value })}
        />
        <TextField
          label={t('name.en')}
          required
          maxLength={100}
          value={draft.nameEn}
          errors={wrong('names.en')}
          onChange={({ target }) => set({ nameEn: target.value })}
        />
      </Fields>
      <Fields>
        {area(t('statement.zh'), draft.statementZh, (statementZh) => ({ statementZh }), wrong('statement.zh-CN'))}
        {area(t('statement.en'), draft.statementEn, (statementEn) => ({ statementEn }), wrong('statement.en'))}
      </Fields>
    </Form>
  );
}

const FIELDS = ['validFrom', 'minimumN', 'numerator', 'denominator', 'names.zh-CN', 'names.en', 'statement.zh-CN', 'statement.en'];
