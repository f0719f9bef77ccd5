import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCatalogue, useNames } from '@/api/catalogue';
import { useDefinitions } from '@/api/indicators';
import { setTargets } from '@/api/targets';
import { addMonths } from '@/filters/period';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { Fields, Form, SelectField, TextField } from '@/kit/form';
import { messages } from './messages';
import { parseTarget } from './parse';
import { useTargetWords } from './words';

interface Props {
  open: boolean;
  onClose: () => void;
  /** Begins with this indicator and month. */
  indicator: string;
  month: string;
  onDone: (text: string) => void;
}

export function AddDialog({ open, onClose, ...props }: Props) {
  const t = useMessages(messages);
  return (
    <Dialog title={t('add')} open={open} onClose={onClose}>
      <AddForm {...props} onClose={onClose} />
    </Dialog>
  );
}

/** One value for the months from … to: the first line of a new scope. */
function AddForm({ indicator: first, month, onClose, onDone }: Omit<Props, 'open'>) {
  const t = useMessages(messages);
  const words = useTargetWords();
  const name = useNames();
  const queries = useQueryClient();
  const catalogue = useCatalogue();
  const possible = [...useDefinitions().values()].filter((definition) => definition.kind !== 'share' && definition.grains.includes('month'));
  const [indicator, setIndicator] = useState(first || possible[0]?.id || '');
  const [channel, setChannel] = useState('');
  const [region, setRegion] = useState('');
  const [from, setFrom] = useState(month);
  const [to, setTo] = useState(month);
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const unit = words.unit(indicator);
  const save = useMutation({
    mutationFn: (value: number) =>
      setTargets(months(from, to).map((one) => ({ indicator, channel: channel || null, region: region || null, month: one, value }))),
    onSuccess: async (changes) => {
      await Promise.all([queries.invalidateQueries({ queryKey: ['targets'] }), queries.invalidateQueries({ queryKey: ['attainment'] })]);
      onDone(t('saved.many', { n: changes.length }));
      onClose();
    },
  });
  const submit = () => {
    const value = parseTarget(text, unit);
    setWrong(typeof value !== 'number');
    if (typeof value === 'number') save.mutate(value);
  };
  const codes = (dimension: 'channel' | 'region', list: readonly { code: string }[] = []) => [
    { value: '', label: t('all') },
    ...list.map(({ code }) => ({ value: code, label: name(dimension, code) })),
  ];
  const hints = { rate: t('value.rate'), fen: t('value.fen'), ms: t('value.ms') } as Record<string, string>;
  return (
    <Form submit={t('save')} busy={save.isPending} error={save.error} onSubmit={submit} onCancel={onClose}>
      <SelectField
        label={t('indicator')}
        value={indicator}
        options={possible.map(({ id }) => ({ value: id, label: words.indicator(id) }))}
        onChange={({ target }) => setIndicator(target.value)}
      />
      <Fields>
        <SelectField
          label={t('channel')}
          value={channel}
          options={codes('channel', catalogue?.channels)}
          onChange={({ target }) => setChannel(target.value)}
        />
        <SelectField
          label={t('region')}
          value={region}
          options={codes('region', catalogue?.regions)}
          onChange={({ target }) => setRegion(target.value)}
        />
        <TextField label={t('from.month')} type="month" required max={to} value={from} onChange={({ target }) => setFrom(target.value)} />
        <TextField label={t('to.month')} type="month" required min={from} value={to} onChange={({ target }) => setTo(target.value)} />
      </Fields>
      <TextField
        label={t('value')}
        hint={hints[unit] ?? t('value.count')}
        required
        inputMode="decimal"
        value={text}
        errors={wrong ? [t('value.wrong')] : undefined}
        onChange={({ target }) => setText(target.value)}
      />
    </Form>
  );
}

function months(from: string, to: string): string[] {
  const all = [from];
  while (all.at(-1)! < to && all.length < 240) all.push(addMonths(all.at(-1)!, 1));
  return all;
}
