import { useQueryClient } from '@tanstack/react-query';
import { Popover } from 'antd';
import { type Role, type Session, sessionQuery, signOut } from '@/api/session';
import { useOperator } from '@/api/operator';
import { useMessages } from '@/i18n/messages';
import { type Direction, setDirection, useDirection } from '@/theme/theme';
import { appMessages } from './messages';
import styles from './shell.module.css';

const DIRECTIONS: readonly Direction[] = ['neutral', 'green-up', 'red-up'];

export function AccountMenu({ session }: { session: Session }) {
  const t = useMessages(appMessages);
  return (
    <Popover trigger="click" placement="bottomRight" content={<AccountCard session={session} />}>
      <button type="button" className={styles.quiet} aria-label={t('account', { name: session.name })}>
        {session.name}
      </button>
    </Popover>
  );
}

function AccountCard({ session }: { session: Session }) {
  const t = useMessages(appMessages);
  const queries = useQueryClient();
  const operator = useOperator();
  const direction = useDirection();
  const leave = async () => {
    await signOut();
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, null);
  };
  return (
    <div className={styles.account}>
      <strong>{session.name}</strong>
      <span>{t('roles', { roles: session.roles.map((role) => t(`role.${role as Role}`)).join(' · ') })}</span>
      {operator && <span>{t('zone', { zone: operator.timeZone })}</span>}
      <label>
        {t('colours')}
        <select value={direction} onChange={({ target }) => setDirection(target.value as Direction)}>
          {DIRECTIONS.map((one) => (
            <option key={one} value={one}>
              {t(`direction.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className={styles.quiet} onClick={() => void leave()}>
        {t('signOut')}
      </button>
    </div>
  );
}
