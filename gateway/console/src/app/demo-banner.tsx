import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '@/api/client';
import { useMay } from '@/api/session';
import { removeDemo, setPaused, type Simulator, simulatorQuery } from '@/api/simulator';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { appMessages } from './messages';
import styles from './shell.module.css';

/** Whether there was a demo when this browser last looked; whoever looks for the first time mostly finds one. */
const EXPECTED = 'demo';

/** Says that the figures are made up, and removes them: by who may, and only with the word typed. [O3, L6] */
export function DemoBanner() {
  const { data: simulator } = useQuery(simulatorQuery);
  const shown = simulator?.demo === true && simulator.state !== 'removed';
  useEffect(() => {
    if (simulator) localStorage.setItem(EXPECTED, shown ? '1' : '0');
  }, [simulator, shown]);
  if (shown) return <Banner simulator={simulator} />;
  // Its place is kept while the answer is on its way, so that the figures do not jump.
  return simulator === undefined && localStorage.getItem(EXPECTED) !== '0' ? <div className={styles.demoPlace} /> : null;
}

function Banner({ simulator }: { simulator: Simulator }) {
  const t = useMessages(appMessages);
  const format = useFormatter();
  const queries = useQueryClient();
  const mayRemove = useMay('manager', 'admin');
  const mayPause = useMay('manager', 'sre', 'admin');
  const [asking, setAsking] = useState(false);
  const paused = simulator.state === 'paused';
  const removing = simulator.state === 'removing';
  const pause = useMutation({
    mutationFn: () => setPaused(!paused),
    onSettled: () => queries.invalidateQueries({ queryKey: ['simulator'] }),
  });
  return (
    <aside className={styles.demo} aria-label={t('demo')}>
      <strong>{t('demo')}</strong>
      <span>{simulator.state === 'loading' ? t('demo.loading', { percent: format.rate(simulator.progress) }) : removing ? t('demo.removing') : t('demo.text')}</span>
      {paused && <span>{t('demo.paused')}</span>}
      {mayPause && simulator.state !== 'loading' && !removing && (
        <button type="button" className={styles.quiet} disabled={pause.isPending} onClick={() => pause.mutate()}>
          {paused ? t('demo.resume') : t('demo.pause')}
        </button>
      )}
      {mayRemove && !removing && (
        <button type="button" className={styles.quiet} onClick={() => setAsking(true)}>
          {t('demo.remove')}
        </button>
      )}
      <Dialog title={t('demo.remove')} open={asking} onClose={() => setAsking(false)} width={440}>
        <RemoveDemo onDone={() => setAsking(false)} />
      </Dialog>
    </aside>
  );
}

function RemoveDemo({ onDone }: { onDone: () => void }) {
  const t = useMessages(appMessages);
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [force, setForce] = useState(false);
  const word = t('demo.word');
  const remove = useMutation({
    mutationFn: () => removeDemo(force),
    onSuccess: () => {
      onDone();
      void queries.invalidateQueries();
    },
  });
  const refused = remove.error instanceof ApiError && remove.error.status === 409;
  return (
    <form
      className={styles.custom}
      onSubmit={(event) => {
        event.preventDefault();
        remove.mutate();
      }}
    >
      <label>
        {t('demo.confirm', { word })}
        <input value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
      </label>
      {remove.error && <p role="alert">{t('demo.failed', { reason: remove.error.message })}</p>}
      {(refused || force) && (
        <label className={styles.check}>
          <input type="checkbox" checked={force} onChange={({ target }) => setForce(target.checked)} />
          {t('demo.force')}
        </label>
      )}
      <div className={styles.customButtons}>
        <button type="button" className={styles.quiet} onClick={onDone}>
          {t('cancel')}
        </button>
        <button type="submit" className={styles.main} disabled={typed.trim() !== word || remove.isPending}>
          {t('demo.remove')}
        </button>
      </div>
    </form>
  );
}
