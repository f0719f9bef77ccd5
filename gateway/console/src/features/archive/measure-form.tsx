import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { takeMeasure } from '@/api/archive';
import { useToday } from '@/api/operator';
import { faultClassesQuery } from '@/api/promises';
import { addMonths, monthOf } from '@/filters/period';
import { errorsOf, Fields, Form, SelectField, TextAreaField, TextField } from '@/kit/form';
import { useArchiveWords } from './words';

interface Props {
  product: string;
  onClose: () => void;
  onDone: () => void;
}

const FIELDS = ['text', 'faultClass', 'owner', 'from'];
/** A measure may be noted late, or long before it is felt. */
const AROUND = 12;

export function MeasureForm({ product, onClose, onDone }: Props) {
  const { t, month, fault } = useArchiveWords();
  const queries = useQueryClient();
  const thisMonth = monthOf(useToday());
  const { data: faults } = useQuery(faultClassesQuery);
  const [measure, setMeasure] = useState({ text: '', faultClass: '', owner: '', from: addMonths(thisMonth, 1) });
  const change = (part: Partial<typeof measure>) => setMeasure((now) => ({ ...now, ...part }));
  const { text, faultClass, owner, from } = measure;
  const save = useMutation({
    mutationFn: () => takeMeasure({ product, text: text.trim(), from, faultClass: faultClass || null, owner: owner.trim() || null }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['archive'] });
      onDone();
    },
  });
  const wrong = (field: string) => errorsOf(save.error, field);
  const months = Array.from({ length: 2 * AROUND + 1 }, (_, i) => addMonths(thisMonth, i - AROUND));
  return (
    <Form submit={t('measure.take')} busy={save.isPending} error={save.error} fields={FIELDS} onSubmit={() => save.mutate()} onCancel={onClose}>
      <TextAreaField
        label={t('measure.text')}
        hint={t('measure.text.hint')}
        required
        maxLength={1_000}
        value={text}
        errors={wrong('text')}
        onChange={({ target }) => change({ text: target.value })}
      />
      <Fields>
        <SelectField
          label={t('measure.about')}
          value={faultClass}
          options={[{ value: '', label: t('measure.all') }, ...(faults ?? []).map(({ code }) => ({ value: code, label: fault(code) }))]}
          errors={wrong('faultClass')}
          onChange={({ target }) => change({ faultClass: target.value })}
        />
        <SelectField
          label={t('measure.from')}
          value={from}
          options={months.map((value) => ({ value, label: month(value) }))}
          errors={wrong('from')}
          onChange={({ target }) => change({ from: target.value })}
        />
        <TextField
          label={t('measure.owner')}
          hint={t('measure.owner.hint')}
          maxLength={64}
          value={owner}
          errors={wrong('owner')}
          onChange={({ target }) => change({ owner: target.value })}
        />
      </Fields>
    </Form>
  );
}
