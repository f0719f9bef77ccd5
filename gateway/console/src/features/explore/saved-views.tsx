import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Popover } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useSession } from '@/api/session';
import { deleteView, type SavedView, saveView, viewsQuery } from '@/api/views';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import styles from './explore.module.css';
import { messages } from './messages';

const SCREEN = 'explore';

/** Views that one kept, and those that others share. */
export function SavedViews() {
  const t = useMessages(messages);
  const [saving, setSaving] = useState(false);
  return (
    <>
      <Popover trigger="click" title={t('views')} content={<Views />}>
        <button type="button" className={styles.button} aria-haspopup="dialog">
          {t('views')}
        </button>
      </Popover>
      <button type="button" className={styles.button} onClick={() => setSaving(true)}>
        {t('save')}
      </button>
      <Dialog title={t('save')} open={saving} onClose={() => setSaving(false)} width={400}>
        <SaveView onDone={() => setSaving(false)} />
      </Dialog>
    </>
  );
}

function Views() {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const session = useSession();
  const { data: views } = useQuery(viewsQuery(SCREEN));
  const remove = useMutation({ mutationFn: deleteView, onSettled: () => queries.invalidateQueries({ queryKey: ['views'] }) });
  if (!views?.length) return <p>{t('views.none')}</p>;
  const mine = ({ owner }: SavedView) => owner === `user:${session?.user}`;
  return (
    <ul className={styles.viewList}>
      {views.map((view) => (
        <li key={view.id}>
          <Link to={`/${view.screen}?${view.query}`}>{view.name}</Link>
          <span>{mine(view) && !view.shared ? t('views.own') : t('views.shared', { owner: view.owner.replace(/^user:/, '') })}</span>
          {mine(view) && (
            <button type="button" aria-label={t('views.delete', { name: view.name })} onClick={() => remove.mutate(view.id)}>
              ×
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function SaveView({ onDone }: { onDone: () => void }) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const [search] = useSearchParams();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () => saveView({ name: name.trim(), screen: SCREEN, query: search.toString(), shared }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['views'] });
      onDone();
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <label>
        {t('save.name')}
        <input required maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />
      </label>
      <label className={styles.check}>
        <input type="checkbox" checked={shared} onChange={({ target }) => setShared(target.checked)} />
        {t('save.shared')}
      </label>
      {save.error && <p role="alert">{t('failed', { reason: save.error.message })}</p>}
      <div className={styles.buttons}>
        <button type="button" className={styles.button} onClick={onDone}>
          {t('cancel')}
        </button>
        <button type="submit" className={styles.main} disabled={save.isPending || !name.trim()}>
          {t('save.ok')}
        </button>
      </div>
    </form>
  );
}
