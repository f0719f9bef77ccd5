import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { eraseCustomer } from '@/api/customers';
import { Form, TextField } from '@/kit/form';
import { Note } from '@/kit/record';
import { useCustomerWords } from './words';

/** For good: asked for with a typed word. [L6] */
export function Erase({ id, onClose, onDone }: { id: string; onClose: () => void; onDone: () => void }) {
  const { t } = useCustomerWords();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const word = t('erase.word');
  const erase = useMutation({
    mutationFn: () => eraseCustomer(id),
    onSuccess: async () => {
      onDone();
      queries.removeQueries({ queryKey: ['customer', id] });
      await queries.invalidateQueries({ queryKey: ['customers'] });
    },
  });
  const submit = () => {
    if (typed.trim() === word) erase.mutate();
    else setWrong(true);
  };
  return (
    <Form submit={t('erase')} busy={erase.isPending} error={erase.error} danger onSubmit={submit} onCancel={onClose}>
      <Note>{t('erase.note')}</Note>
      <TextField
        label={t('erase.type', { word })}
        value={typed}
        errors={wrong ? [t('erase.wrong', { word })] : undefined}
        onChange={({ target }) => {
          setTyped(target.value);
          setWrong(false);
        }}
      />
    </Form>
  );
}
