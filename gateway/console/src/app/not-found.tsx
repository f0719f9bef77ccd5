import { Link, useRouteError } from 'react-router';
import { useMessages } from '@/i18n/messages';
import { appMessages } from './messages';
import styles from './shell.module.css';

/** No such page; or a page whose code has gone with an older version: then it is loaded again. */
export function NotFound() {
  const t = useMessages(appMessages);
  const fault = useRouteError();
  return (
    <div className={styles.alone}>
      <h2>{fault ? t('version') : t('not-found')}</h2>
      <Link to="/" reloadDocument={fault !== undefined}>
        {t('not-found.home')}
      </Link>
    </div>
  );
}
