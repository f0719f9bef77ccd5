import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { ApiError } from '@/api/client';
import { type DemoAccount, type Session, sessionQuery, signIn, signInQuery, signInToDemo } from '@/api/session';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { PanelError } from '@/kit/panel-states';
import { appMessages } from './messages';
import { LanguageSwitch, ThemeSwitch } from './preferences';
import styles from './sign-in.module.css';

/** Local accounts, the demo's as buttons; or a link to the identity provider. */
export function SignIn() {
  const t = useMessages(appMessages);
  const { data: how, error, refetch } = useQuery(signInQuery);
  useEffect(() => {
    document.title = t('title', { screen: t('signIn') });
  });
  return (
    <div className={styles.page}>
      <main className={styles.box}>
        <header className={styles.head}>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <div>
            <h1>{t('product')}</h1>
            <p>{t('loop')}</p>
          </div>
        </header>
        {error && !how && <PanelError what={t('signIn')} error={error} retry={() => void refetch()} />}
        {how?.kind === 'openid' && (
          <a className={styles.submit} href={`${how.address}?returnTo=${encodeURIComponent(location.pathname + location.search)}`}>
            {t('sign-in.openid')}
          </a>
        )}
        {how?.kind === 'local' && <LocalSignIn demo={how.demo ?? []} />}
        <footer className={styles.foot}>
          <LanguageSwitch />
          <ThemeSwitch />
        </footer>
      </main>
    </div>
  );
}

function LocalSignIn({ demo }: { demo: readonly DemoAccount[] }) {
  const t = useMessages(appMessages);
  const language = useLanguage();
  const queries = useQueryClient();
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);

  const enter = async (attempt: Promise<Session>) => {
    setBusy(true);
    setFault('');
    try {
      queries.setQueryData(sessionQuery.queryKey, await attempt);
    } catch (error) {
      setFault(error instanceof ApiError && error.status > 0 ? error.message : t('signInFailed'));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void enter(signIn(String(form.get('user')), String(form.get('password'))));
  };

  return (
    <>
      {demo.length > 0 && (
        <section className={styles.demo} aria-labelledby="demo-accounts">
          <h2 id="demo-accounts">{t('sign-in.demo')}</h2>
          <div className={styles.accounts}>
            {demo.map(({ user, name }) => (
              <button key={user} type="button" disabled={busy} onClick={() => void enter(signInToDemo(user))}>
                {nameIn(name, language)}
              </button>
            ))}
          </div>
          <h2>{t('sign-in.own')}</h2>
        </section>
      )}
      <form className={styles.form} onSubmit={submit}>
        <label>
          {t('user')}
          <input name="user" autoComplete="username" required maxLength={256} />
        </label>
        <label>
          {t('password')}
          <input name="password" type="password" autoComplete="current-password" required maxLength={256} />
        </label>
        {/* Always there, so that it is read out when it gets its text. */}
        <p role="alert" className={styles.fault}>
          {fault}
        </p>
        <button type="submit" className={styles.submit} disabled={busy}>
          {t('signIn')}
        </button>
      </form>
    </>
  );
}
