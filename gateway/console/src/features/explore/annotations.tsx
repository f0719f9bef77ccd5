import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Definition } from '@/api/indicators';
import { useReady, useToday } from '@/api/operator';
import { useMay } from '@/api/session';
import { addAnnotation, type Annotation, annotationsQuery, deleteAnnotation } from '@/api/views';
import { useFilters } from '@/filters/filters';
import { addDays } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { Panel } from '@/kit/panel';
import { useUndoable } from '@/kit/use-undoable';
import styles from './explore.module.css';
import { messages } from './messages';
import type { Questions } from './use-explore';

/** What people wrote beside these days; also drawn in the chart. */
export function Annotations({ definition, questions }: { definition: Definition; questions: Questions }) {
  const t = useMessages(messages);
  const ready = useReady();
  const editor = useMay('manager', 'admin');
  const [adding, setAdding] = useState(false);
  const query = useQuery({ ...annotationsQuery(questions.line.from, questions.line.to), enabled: ready });
  const add = editor && (
    <button type="button" className={styles.button} onClick={() => setAdding(true)}>
      {t('annotations.add')}
    </button>
  );
  return (
    <>
      <Panel
        title={t('annotations')}
        query={query}
        height={40}
        isEmpty={(all) => all.length === 0}
        emptyFirst={<p>{t('annotations.none')}</p>}
        actions={add}
      >
        {(all) => (
          <ul className={styles.notes}>
            {all.map((annotation) => (
              <Note key={annotation.id} annotation={annotation} editor={editor} />
            ))}
          </ul>
        )}
      </Panel>
      <Dialog title={t('annotations.add')} open={adding} onClose={() => setAdding(false)} width={420}>
        <AddNote definition={definition} onDone={() => setAdding(false)} />
      </Dialog>
    </>
  );
}

function Note({ annotation, editor }: { annotation: Annotation; editor: boolean }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteAnnotation(annotation.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['annotations'] }),
  });
  const { waiting, start, undo } = useUndoable(() => remove.mutate());
  const last = addDays(annotation.to, -1);
  const days = last === annotation.from ? format.at(last) : t('annotations.range', { from: format.at(annotation.from), to: format.at(last) });
  if (waiting || remove.isPending) {
    return (
      <li role="status">
        {t('annotations.deleted')}
        <button type="button" className={styles.button} disabled={!waiting} onClick={undo}>
          {t('undo')}
        </button>
      </li>
    );
  }
  return (
    <li>
      <strong>{days}</strong>
      <span>{annotation.text}</span>
      <span className={styles.note}>{t('annotations.by', { by: annotation.by.replace(/^user:/, '') })}</span>
      {editor && (
        <button type="button" className={styles.cross} aria-label={t('annotations.delete')} onClick={start}>
          ×
        </button>
      )}
      {remove.error && <span role="alert">{t('failed', { reason: remove.error.message })}</span>}
    </li>
  );
}

function AddNote({ definition, onDone }: { definition: Definition; onDone: () => void }) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const { filters } = useFilters();
  const [from, setFrom] = useState(useToday());
  const [until, setUntil] = useState('');
  const [text, setText] = useState('');
  const [own, setOwn] = useState(false);
  const one = (codes: readonly string[]) => (codes.length === 1 ? codes[0]! : null);
  const add = useMutation({
    mutationFn: () =>
      addAnnotation({
        at: null,
        from,
        to: addDays(until || from, 1),
        text: text.trim(),
        indicator: own ? definition.id : null,
        channel: own ? one(filters.channel) : null,
        region: one(filters.region),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['annotations'] });
      onDone();
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <label>
        {t('annotations.day')}
        <input type="date" required value={from} onChange={({ target }) => setFrom(target.value)} />
      </label>
      <label>
        {t('annotations.until')}
        <input type="date" min={from} value={until} onChange={({ target }) => setUntil(target.value)} />
      </label>
      <label>
        {t('annotations.text')}
        <textarea required maxLength={500} rows={3} value={text} onChange={({ target }) => setText(target.value)} />
      </label>
      <label className={styles.check}>
        <input type="checkbox" checked={own} onChange={({ target }) => setOwn(target.checked)} />
        {t('annotations.scope')}
      </label>
      {add.error && <p role="alert">{t('failed', { reason: add.error.message })}</p>}
      <div className={styles.buttons}>
        <button type="button" className={styles.button} onClick={onDone}>
          {t('cancel')}
        </button>
        <button type="submit" className={styles.main} disabled={add.isPending || !text.trim()}>
          {t('save.ok')}
        </button>
      </div>
    </form>
  );
}
