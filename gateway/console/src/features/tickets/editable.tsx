import { type QueryKey, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { type Column, DataTable } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { Form } from '@/kit/form';
import { Panel } from '@/kit/panel';
import { Meanwhile, Note } from '@/kit/record';
import { useGuarded } from '@/kit/use-guarded';
import { useTicketWords } from './words';

interface Props<Row> {
  title: string;
  note: string;
  /** The button that makes a new one. */
  add: string;
  query: Pick<UseQueryResult<Row[]>, 'data' | 'error' | 'isPending' | 'refetch'>;
  columns: readonly Column<Row>[];
  nameOf: (row: Row) => string;
  keyOf: (row: Row) => string;
  /** The form of a row, as it is now; of a new one where it is undefined. */
  renderForm: (row: Row | undefined, onClose: () => void) => ReactNode;
}

/** A table whose rows can be changed, each in a form of its own. */
export function Editable<Row>({ title, note, add, query, columns, nameOf, keyOf, renderForm }: Props<Row>) {
  const { t } = useTicketWords();
  /** Key of the row that is changed; empty for a new one. */
  const [key, setKey] = useState<string | null>(null);
  const row = query.data?.find((one) => keyOf(one) === key);
  const close = () => setKey(null);
  const change = useChangeColumn(nameOf, (one) => setKey(keyOf(one)));
  return (
    <Panel
      title={title}
      query={query}
      height={200}
      actions={
        <Button size="small" onClick={() => setKey('')}>
          {add}
        </Button>
      }
    >
      {(rows) => (
        <>
          <Note>{note}</Note>
          <DataTable caption={title} columns={[...columns, change]} rows={rows} rowKey={keyOf} />
          <Dialog title={row ? t('edit.of', { name: nameOf(row) }) : add} open={key !== null} onClose={close} width={640}>
            {renderForm(row, close)}
          </Dialog>
        </>
      )}
    </Panel>
  );
}

function useChangeColumn<Row>(nameOf: (row: Row) => string, change: (row: Row) => void): Column<Row> {
  const { t } = useTicketWords();
  return {
    key: 'actions',
    title: t('actions'),
    cell: (row) => (
      <Button size="small" title={t('edit.of', { name: nameOf(row) })} onClick={() => change(row)}>
        {t('edit')}
      </Button>
    ),
    value: () => null,
  };
}

interface SaveFormProps {
  revision: number;
  queryKey: QueryKey;
  save: (revision: number) => Promise<unknown>;
  /** What is there now, where somebody else has changed it. */
  now: string;
  fields: readonly string[];
  /** What is wrong before anything is sent. */
  wrong?: boolean;
  onClose: () => void;
  children: (error: Error | null) => ReactNode;
}

/** Saves over the revision that was read. */
export function SaveForm({ revision, queryKey, save, now, fields, wrong, onClose, children }: SaveFormProps) {
  const { t } = useTicketWords();
  const queries = useQueryClient();
  const step = useGuarded<null>({
    revision,
    act: (_, over) => save(over),
    refresh: () => queries.invalidateQueries({ queryKey }),
    onDone: onClose,
  });
  return (
    <Form
      submit={step.stale ? t('anyway') : t('save')}
      busy={step.busy}
      error={step.error}
      fields={fields}
      onSubmit={() => !wrong && step.submit(null)}
      onCancel={onClose}
    >
      {children(step.error)}
      {step.stale && <Meanwhile title={t('stale')} hint={t('stale.hint')} lines={[{ key: 'now', at: t('stale.now'), text: now }]} />}
    </Form>
  );
}
