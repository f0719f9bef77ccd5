import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError } from '@/api/client';
import { customerQuery, lookUp } from '@/api/customers';
import { useMay } from '@/api/session';
import { Refused } from '@/kit/form';
import { Note } from '@/kit/record';
import styles from './customers.module.css';
import { useCustomerWords } from './words';

/** Finds a customer by number. The number stays in this field until it is sent, in a body; it is in no address, no storage, no cache. */
export function LookUp({ onFound }: { onFound: (id: string) => void }) {
  const { t } = useCustomerWords();
  const queries = useQueryClient();
  const may = useMay('agent', 'supervisor', 'admin');
  const [number, setNumber] = useState('');
  const look = useMutation({
    // Nothing is handed over that the library would keep: the field is read, and emptied.
    mutationFn: () => lookUp(number),
    gcTime: 0,
    onSuccess: (customer) => {
      queries.setQueryData(customerQuery(customer.customer).queryKey, customer);
      setNumber('');
      onFound(customer.customer);
    },
  });
  if (!may) return null;
  const nobody = look.error instanceof ApiError && look.error.status === 404;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (number.trim() && !look.isPending) look.mutate();
  };
  return (
    <section className={styles.lookUp} aria-label={t('lookUp')}>
      <form onSubmit={send}>
        <label>
          {t('number')}
          <input type="text" inputMode="tel" autoComplete="off" spellCheck={false} maxLength={64} value={number} onChange={({ target }) => setNumber(target.value)} />
        </label>
        <Button type="primary" htmlType="submit" loading={look.isPending}>
          {t('lookUp')}
        </Button>
      </form>
      <Note>{t('lookUp.note')}</Note>
      {nobody && (
        <p className={styles.nobody} role="alert">
          {t('lookUp.nobody')}
        </p>
      )}
      {look.error && !nobody && <Refused error={look.error} />}
    </section>
  );
}
