import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { type ApiKey, createKey, keysQuery, revokeKey, rotateKey, type ShownKey } from '@/api/keys';
import type { Role } from '@/api/session';
import { useNames } from '@/api/catalogue';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { Form, SelectField, TextField } from '@/kit/form';
import { More } from '@/kit/more';
import { actionsCell, codeCell, stateCell } from './cells';
import styles from './data.module.css';
import { KeyForm } from './key-form';
import { ListPanel } from './list-panel';
import { messages } from './messages';
import { Secret } from './secret';
import type { PartProps } from './screen';
import { useSheets } from './sheet';

type Open = { kind: 'create' } | { kind: 'rotate' | 'revoke'; key: ApiKey } | { kind: 'shown'; shown: ShownKey } | null;

/** Keys of programs: made here, shown once, given a new secret, ended. */
export function Keys({ notify }: PartProps) {
  const t = useMessages(messages);
  const name = useNames();
  const sheets = useSheets();
  const queries = useQueryClient();
  const query = useInfiniteQuery(keysQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ['keys'] });
  const show = (shown: ShownKey) => {
    void refresh();
    setOpen({ kind: 'shown', shown });
  };
  const state = ({ revokedAt, expiresAt, previousUntil }: ApiKey) => {
    if (revokedAt) return t('key.revoked', { time: sheets.instant(revokedAt) });
    if (expiresAt && Date.parse(expiresAt) <= query.dataUpdatedAt) return t('key.expired', { time: sheets.instant(expiresAt) });
    return previousUntil ? t('key.rotating', { time: sheets.instant(previousUntil) }) : t('key.valid');
  };
  const roles = (key: ApiKey) => key.roles.map((role) => t(`role.${role as Role}`)).join(t('list'));
  const regions = (key: ApiKey) => (key.regions.includes('*') ? t('all') : key.regions.map((code) => name('region', code)).join(t('list')));
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('key.name'), cell: (key) => key.name, value: (key) => key.name },
    { key: 'id', title: t('key.id'), cell: codeCell(({ id }) => id), value: ({ id }) => id },
    { key: 'roles', title: t('key.roles'), wrap: true, cell: roles, value: roles },
    { key: 'regions', title: t('key.regions'), wrap: true, cell: regions, value: regions },
    { key: 'source', title: t('feed.source'), cell: ({ source }) => source, value: ({ source }) => source },
    {
      key: 'created',
      title: t('key.created'),
      cell: ({ createdAt }) => sheets.instant(createdAt),
      value: ({ createdAt }) => sheets.instant(createdAt),
    },
    { key: 'state', title: t('key.state'), cell: stateCell(state, ({ revokedAt }) => (revokedAt ? 'quiet' : 'plain')), value: state },
    {
      key: 'actions',
      title: t('actions'),
      value: () => null,
      cell: actionsCell([
        {
          text: t('key.rotate'),
          label: (key) => t('key.rotate.title', { name: key.name }),
          act: (key) => setOpen({ kind: 'rotate', key }),
          when: isAlive,
        },
        {
          text: t('key.revoke'),
          label: (key) => t('key.revoke.title', { name: key.name }),
          act: (key) => setOpen({ kind: 'revoke', key }),
          when: isAlive,
        },
      ]),
    },
  ];
  const titles = {
    create: t('key.create'),
    rotate: t('key.rotate.title', { name: open && 'key' in open ? open.key.name : '' }),
    revoke: t('key.revoke.title', { name: open && 'key' in open ? open.key.name : '' }),
    shown: t('key.shown'),
  };
  return (
    <>
      <ListPanel
        title={t('part.keys')}
        query={query}
        rowsOf={({ pages }) => pages.flatMap(({ items }) => items as ApiKey[])}
        columns={columns}
        rowKey={({ id }) => id}
        lead={<p className={styles.note}>{t('keys.note')}</p>}
        empty={<p>{t('keys.first')}</p>}
        below={<More query={query} />}
        actions={
          <Button size="small" onClick={() => setOpen({ kind: 'create' })}>
            {t('key.create')}
          </Button>
        }
        height={320}
      />
      <Dialog title={open ? titles[open.kind] : ''} open={open !== null} onClose={close} width={620}>
        {open?.kind === 'create' && <KeyForm create={createKey} onClose={close} onShown={show} />}
        {open?.kind === 'rotate' && <RotateForm apiKey={open.key} onClose={close} onShown={show} />}
        {open?.kind === 'shown' && <Secret shown={open.shown} onClose={close} />}
        {open?.kind === 'revoke' && (
          <RevokeForm
            apiKey={open.key}
            onClose={close}
            onDone={() => {
              void refresh();
              notify({ text: t('key.revoke.done', { name: open.key.name }) });
              close();
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function isAlive({ revokedAt }: ApiKey): boolean {
  return revokedAt === null;
}

const HOUR = 3600;

function RotateForm({ apiKey, onClose, onShown }: { apiKey: ApiKey; onClose: () => void; onShown: (shown: ShownKey) => void }) {
  const t = useMessages(messages);
  const [grace, setGrace] = useState(String(24 * HOUR));
  const rotate = useMutation({ mutationFn: () => rotateKey(apiKey.id, Number(grace)), onSuccess: onShown });
  const options = [
    { value: '0', label: t('key.grace.none') },
    { value: String(HOUR), label: t('key.grace.hours', { n: 1 }) },
    { value: String(24 * HOUR), label: t('key.grace.hours', { n: 24 }) },
    { value: String(7 * 24 * HOUR), label: t('key.grace.days', { n: 7 }) },
    { value: String(30 * 24 * HOUR), label: t('key.grace.days', { n: 30 }) },
  ];
  return (
    <Form submit={t('key.rotate')} busy={rotate.isPending} error={rotate.error} onSubmit={() => rotate.mutate()} onCancel={onClose}>
      <SelectField
        label={t('key.grace')}
        hint={t('key.grace.hint')}
        value={grace}
        options={options}
        onChange={({ target }) => setGrace(target.value)}
      />
    </Form>
  );
}

/** It cannot be undone, so the key's name has to be typed. [L6] */
function RevokeForm({ apiKey, onClose, onDone }: { apiKey: ApiKey; onClose: () => void; onDone: () => void }) {
  const t = useMessages(messages);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const revoke = useMutation({ mutationFn: () => revokeKey(apiKey.id), onSuccess: onDone });
  const submit = () => {
    const fits = typed.trim() === apiKey.name;
    setWrong(!fits);
    if (fits) revoke.mutate();
  };
  return (
    <Form submit={t('key.revoke')} danger busy={revoke.isPending} error={revoke.error} onSubmit={submit} onCancel={onClose}>
      <p className={styles.note}>{t('key.revoke.note')}</p>
      <TextField
        label={t('key.revoke.type', { name: apiKey.name })}
        required
        value={typed}
        errors={wrong ? [t('key.revoke.wrong')] : undefined}
        onChange={({ target }) => setTyped(target.value)}
      />
    </Form>
  );
}
