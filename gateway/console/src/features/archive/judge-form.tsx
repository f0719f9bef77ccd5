import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ArchiveMonths, type Entry, judgeMeasure, monthsQuery, VERDICTS, type VerdictWord } from '@/api/archive';
import { useToday } from '@/api/operator';
import { addMonths } from '@/filters/period';
import { errorsOf, Fields, Form, SelectField } from '@/kit/form';
import { Note } from '@/kit/record';
import styles from './archive.module.css';
import { countOf, judgeable } from './figures';
import { useArchiveWords } from './words';

interface Props {
  id: string;
  measure: NonNullable<Entry['measure']>;
  onClose: () => void;
  onDone: (word: VerdictWord) => void;
}

const FIELDS = ['month', 'verdict'];

/** A month of a measure is judged, with the numbers of both months before one's eyes. */
export function JudgeForm({ id, measure, onClose, onDone }: Props) {
  const { t, month: monthName, verdict: word } = useArchiveWords();
  const queries = useQueryClient();
  const months = judgeable(measure.from, useToday());
  const [month, setMonth] = useState(months[0]!);
  const [verdict, setVerdict] = useState<VerdictWord | ''>('');
  const save = useMutation({
    mutationFn: (word: VerdictWord) => judgeMeasure(id, { month, verdict: word }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['archive'] });
      onDone(made.verdict);
    },
  });
  return (
    <Form submit={t('judge')} busy={save.isPending} error={save.error} fields={FIELDS} onSubmit={() => verdict !== '' && save.mutate(verdict)} onCancel={onClose}>
      <p className={styles.text}>{measure.text}</p>
      <Fields>
        <SelectField
          label={t('judge.month')}
          value={month}
          options={months.map((value) => ({ value, label: monthName(value) }))}
          errors={errorsOf(save.error, 'month')}
          onChange={({ target }) => setMonth(target.value)}
        />
        <SelectField
          label={t('verdict')}
          required
          value={verdict}
          options={[{ value: '', label: t('verdict.choose') }, ...VERDICTS.map((value) => ({ value, label: word(value) }))]}
          errors={errorsOf(save.error, 'verdict')}
          onChange={({ target }) => setVerdict(target.value as VerdictWord)}
        />
      </Fields>
      <Counts measure={measure} month={month} />
      <Note>{t('suggest.rule')}</Note>
      <Note>{t('judge.keeps')}</Note>
    </Form>
  );
}

function Counts({ measure, month }: { measure: Props['measure']; month: string }) {
  const { t, format, month: monthName } = useArchiveWords();
  const earlier = addMonths(measure.from, -1);
  const { data } = useQuery(monthsQuery(measure.product, earlier, month));
  const count = (of: string) => format.integer(data ? casesOf(data, of, measure.faultClass) : 0);
  return (
    <p className={styles.counts} role="status">
      {data ? t('judge.counts', { earlier: monthName(earlier), before: count(earlier), month: monthName(month), after: count(month) }) : t('judge.counting')}
    </p>
  );
}

function casesOf({ months }: ArchiveMonths, month: string, faultClass: string | null): number {
  const found = months.find((one) => one.month === month);
  if (!found) return 0;
  return faultClass ? countOf(found.faultClasses, faultClass) : found.cases;
}
