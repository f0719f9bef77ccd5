import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import { preferencesQuery } from '@/api/preferences';
import type { Session } from '@/api/session';
import { useMessages } from '@/i18n/messages';
import { DISMISSED, newlyDone, stepsFor } from './first-steps';
import { appMessages } from './messages';
import styles from './shell.module.css';
import { useSavePreferences } from './use-preferences';

/** Five things to try; each is ticked by doing it. Shown on the first screen until done or dismissed, never in the way. [O4] */
export function FirstSteps({ session }: { session: Session }) {
  const t = useMessages(appMessages);
  const { pathname, search } = useLocation();
  const { data } = useQuery(preferencesQuery);
  const save = useSavePreferences();
  const steps = stepsFor(session.roles);
  const known = data?.checklist ?? {};
  const ticked = data ? newlyDone(steps, known, { pathname, search: new URLSearchParams(search) }).join() : '';
  useEffect(() => {
    if (!ticked) return;
    save({ checklist: { ...data?.checklist, ...Object.fromEntries(ticked.split(',').map((id) => [id, true])) } });
  }, [ticked, data, save]);

  const open = steps.some(({ id }) => !known[id]);
  if (!data || pathname !== '/' || known[DISMISSED] || !open) return null;
  return (
    <aside className={styles.steps} aria-label={t('steps')}>
      <strong>{t('steps')}</strong>
      <ol>
        {steps.map(({ id, to }) => (
          <li key={id}>
            <span aria-hidden="true">{known[id] ? '☑' : '☐'}</span> <Link to={to}>{t(`step.${id}`)}</Link>
            {known[id] && <span className={styles.hiddenText}>{t('steps.done')}</span>}
          </li>
        ))}
      </ol>
      <button type="button" className={styles.quiet} onClick={() => save({ checklist: { ...known, [DISMISSED]: true } })}>
        {t('steps.dismiss')}
      </button>
    </aside>
  );
}
