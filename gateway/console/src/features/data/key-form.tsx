import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useCatalogue, useNames } from '@/api/catalogue';
import type { NewKey, ShownKey } from '@/api/keys';
import type { Role } from '@/api/session';
import { useMessages } from '@/i18n/messages';
import { CheckField, errorsOf, Fields, Form, TextField } from '@/kit/form';
import styles from './data.module.css';
import { messages } from './messages';

const ROLES: readonly Role[] = ['portal', 'manager', 'supervisor', 'agent', 'interviewer', 'sre', 'admin'];

interface Props {
  create: (key: NewKey) => Promise<ShownKey>;
  onClose: () => void;
  onShown: (shown: ShownKey) => void;
}

export function KeyForm({ create, onClose, onShown }: Props) {
  const t = useMessages(messages);
  const name = useNames();
  const catalogue = useCatalogue();
  const [label, setLabel] = useState('');
  const [source, setSource] = useState('');
  const [expires, setExpires] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['portal']);
  const [regions, setRegions] = useState<readonly string[]>([]);
  const save = useMutation({
    mutationFn: () =>
      create({
        name: label,
        roles: ROLES.filter((role) => roles.includes(role)),
        regions: regions.length > 0 ? regions : ['*'],
        ...(source ? { source } : {}),
        ...(expires ? { expiresAt: new Date(expires).toISOString() } : {}),
      }),
    onSuccess: onShown,
  });
  const wrong = (field: string) => errorsOf(save.error, field);
  const toggled = <T extends string>(list: readonly T[], one: T, on: boolean) => (on ? [...list, one] : list.filter((other) => other !== one));
  return (
    <Form
      submit={t('key.create')}
      busy={save.isPending}
      error={save.error}
      fields={['name', 'source', 'expiresAt']}
      onSubmit={() => save.mutate()}
      onCancel={onClose}
    >
      <Fields>
        <TextField
          label={t('key.name')}
          hint={t('key.name.hint')}
          required
          maxLength={200}
          value={label}
          errors={wrong('name')}
          onChange={({ target }) => setLabel(target.value)}
        />
        <TextField
          label={t('key.source')}
          hint={t('key.source.hint')}
          value={source}
          errors={wrong('source')}
          onChange={({ target }) => setSource(target.value)}
        />
        <TextField
          label={t('key.expires')}
          hint={t('key.expires.hint')}
          type="datetime-local"
          value={expires}
          errors={wrong('expiresAt')}
          onChange={({ target }) => setExpires(target.value)}
        />
      </Fields>
      <fieldset className={styles.checks}>
        <legend>{t('key.roles')}</legend>
        {ROLES.map((role) => (
          <CheckField key={role} label={t(`role.${role}`)} checked={roles.includes(role)} onChange={(on) => setRoles(toggled(roles, role, on))} />
        ))}
      </fieldset>
      <fieldset className={styles.checks}>
        <legend>{t('key.regions.choose')}</legend>
        {catalogue?.regions.map(({ code }) => (
          <CheckField
            key={code}
            label={name('region', code)}
            checked={regions.includes(code)}
            onChange={(on) => setRegions(toggled(regions, code, on))}
          />
        ))}
      </fieldset>
    </Form>
  );
}
