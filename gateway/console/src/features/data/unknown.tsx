import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCatalogue, useNames } from '@/api/catalogue';
import { assignCode, removeAssignment, type UnknownCode, unknownQuery } from '@/api/catalogue-edits';
import { useMay } from '@/api/session';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { errorsOf, Form, SelectField, TextField } from '@/kit/form';
import { actionsCell, codeCell, stateCell } from './cells';
import styles from './data.module.css';
import { ListPanel } from './list-panel';
import { messages } from './messages';
import type { PartProps } from './screen';
import { useSheets } from './sheet';

/** Codes that events carry and the catalogue does not have: how many, since when, and what they are to count as. */
export function UnknownCodes({ notify }: PartProps) {
  const t = useMessages(messages);
  const format = useFormatter();
  const name = useNames();
  const sheets = useSheets();
  const may = useMay('manager', 'admin');
  const query = useQuery(unknownQuery);
  const [assigned, setAssigned] = useState<UnknownCode | null>(null);
  const remove = useRemove(notify);
  const counts = ({ field, countsAsNow }: UnknownCode) => (countsAsNow ? name(field, countsAsNow) : t('unknown.counts'));
  const columns: Column<UnknownCode>[] = [
    { key: 'raw', title: t('unknown.raw'), cell: codeCell(({ raw }) => raw), value: ({ raw }) => raw },
    { key: 'field', title: t('unknown.field'), cell: ({ field }) => t(`dimension.${field}`), value: ({ field }) => t(`dimension.${field}`) },
    { key: 'events', title: t('unknown.events'), number: true, cell: ({ events }) => format.integer(events), value: ({ events }) => events },
    { key: 'first', title: t('unknown.first'), cell: ({ firstDay }) => sheets.day(firstDay), value: ({ firstDay }) => firstDay },
    { key: 'last', title: t('unknown.last'), cell: ({ lastDay }) => sheets.day(lastDay), value: ({ lastDay }) => lastDay },
    { key: 'as', title: t('unknown.as'), cell: stateCell(counts, ({ countsAsNow }) => (countsAsNow ? 'good' : 'bad')), value: counts },
  ];
  if (may) {
    columns.push({
      key: 'actions',
      title: t('actions'),
      value: () => null,
      cell: actionsCell<UnknownCode>([
        { text: t('unknown.assign'), label: ({ raw }) => t('unknown.assign.label', { raw }), act: (code) => setAssigned(code) },
        {
          text: t('unknown.remove'),
          label: ({ raw }) => t('unknown.remove.label', { raw }),
          act: (code) => remove.mutate(code),
          when: ({ countsAsNow }) => countsAsNow !== null,
        },
      ]),
    });
  }
  return (
    <>
      <ListPanel
        title={t('part.unknown')}
        query={query}
        rowsOf={(codes) => codes}
        columns={columns}
        rowKey={({ field, raw }) => `${field} ${raw}`}
        lead={<p className={styles.note}>{t('unknown.note')}</p>}
        empty={<p>{t('unknown.none')}</p>}
        height={260}
      />
      <Dialog title={t('unknown.assign.title', { raw: assigned?.raw ?? '' })} open={assigned !== null} onClose={() => setAssigned(null)}>
        {assigned && <AssignForm unknown={assigned} onClose={() => setAssigned(null)} notify={notify} />}
      </Dialog>
    </>
  );
}

function useRemove(notify: PartProps['notify']) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ field, raw, firstDay }: UnknownCode) => removeAssignment(field, raw, firstDay),
    onSuccess: (_, { raw }) => {
      void queries.invalidateQueries({ queryKey: ['catalogue'] });
      notify({ text: t('unknown.removed', { raw }) });
    },
    onError: (fault) => notify({ text: fault.message }),
  });
}

function AssignForm({ unknown, onClose, notify }: { unknown: UnknownCode; onClose: () => void; notify: PartProps['notify'] }) {
  const t = useMessages(messages);
  const name = useNames();
  const queries = useQueryClient();
  const remove = useRemove(notify);
  const catalogue = useCatalogue();
  const { field, raw } = unknown;
  const lists = catalogue && {
    channel: catalogue.channels,
    service: catalogue.services,
    region: catalogue.regions,
    brand: catalogue.brands,
    reason: catalogue.reasons,
  };
  const codes = (lists?.[field] ?? []).map(({ code }) => code);
  const [code, setCode] = useState(unknown.countsAsNow ?? '');
  const [from, setFrom] = useState(unknown.firstDay);
  const save = useMutation({
    mutationFn: () => assignCode(field, raw, code, from),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['catalogue'] });
      const undo = unknown.countsAsNow ? undefined : () => remove.mutate({ ...unknown, firstDay: from });
      notify({ text: t('unknown.done', { raw, code: name(field, code), day: from }), undo });
      onClose();
    },
  });
  return (
    <Form
      submit={t('unknown.assign')}
      busy={save.isPending}
      error={save.error}
      fields={['code', 'from']}
      onSubmit={() => save.mutate()}
      onCancel={onClose}
    >
      <p className={styles.note}>{t('unknown.assign.note')}</p>
      <SelectField
        label={t(`dimension.${field}`)}
        required
        value={code}
        errors={errorsOf(save.error, 'code')}
        options={[{ value: '', label: t('unknown.choose') }, ...codes.map((value) => ({ value, label: name(field, value) }))]}
        onChange={({ target }) => setCode(target.value)}
      />
      <TextField
        label={t('entry.from')}
        type="date"
        required
        value={from}
        errors={errorsOf(save.error, 'from')}
        onChange={({ target }) => setFrom(target.value)}
      />
    </Form>
  );
}
