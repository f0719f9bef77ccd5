import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type FaultClass, faultClassesQuery, putFaultClass } from '@/api/promises';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { CheckField, errorsOf, Fields, TextField } from '@/kit/form';
import { Tag } from '@/kit/record';
import { Editable, SaveForm } from './editable';
import { useTicketWords } from './words';

/** What kinds of faults tickets tell of: 故障分类. */
export function FaultClasses() {
  const { t } = useTicketWords();
  const language = useLanguage();
  const query = useQuery(faultClassesQuery);
  const name = ({ names }: FaultClass) => nameIn(names, language);
  const columns = useColumns();
  return (
    <Editable
      title={t('faults')}
      note={t('faults.note')}
      add={t('fault.add')}
      query={query}
      columns={columns}
      nameOf={name}
      keyOf={({ code }) => code}
      renderForm={(row, onClose) => <FaultForm fault={row} onClose={onClose} />}
    />
  );
}

function useColumns(): Column<FaultClass>[] {
  const { t } = useTicketWords();
  const language = useLanguage();
  const name = ({ names }: FaultClass) => nameIn(names, language);
  const state = ({ enabled }: FaultClass) => t(enabled ? 'enabled' : 'disabled');
  return [
    { key: 'name', title: t('fault'), cell: name, value: name },
    { key: 'code', title: t('code'), cell: ({ code }) => <code>{code}</code>, value: ({ code }) => code },
    { key: 'state', title: t('state'), cell: (one) => <Tag tone={one.enabled ? 'good' : 'quiet'}>{state(one)}</Tag>, value: state },
  ];
}

const FIELDS = ['code', 'names.zh-CN', 'names.en'];

function FaultForm({ fault, onClose }: { fault: FaultClass | undefined; onClose: () => void }) {
  const { t } = useTicketWords();
  const [code, setCode] = useState('');
  const [names, setNames] = useState(fault?.names ?? { 'zh-CN': '', en: '' });
  const [enabled, setEnabled] = useState(fault?.enabled ?? true);
  const save = (revision: number) => putFaultClass(fault?.code ?? code.trim(), { names, enabled }, revision);
  const now = fault ? t('fault.now', { zh: fault.names['zh-CN'], en: fault.names.en }) : '';
  return (
    <SaveForm revision={fault?.revision ?? 0} queryKey={faultClassesQuery.queryKey} save={save} now={now} fields={FIELDS} onClose={onClose}>
      {(error) => (
        <>
          <Fields>
            {!fault && <TextField label={t('code')} hint={t('code.hint')} required maxLength={64} value={code} errors={errorsOf(error, 'code')} onChange={({ target }) => setCode(target.value)} />}
            <TextField
              label={t('name.zh')}
              required
              maxLength={100}
              value={names['zh-CN']}
              errors={errorsOf(error, 'names.zh-CN')}
              onChange={({ target }) => setNames((was) => ({ ...was, 'zh-CN': target.value }))}
            />
            <TextField
              label={t('name.en')}
              required
              maxLength={100}
              value={names.en}
              errors={errorsOf(error, 'names.en')}
              onChange={({ target }) => setNames((was) => ({ ...was, en: target.value }))}
            />
          </Fields>
          <CheckField label={t('fault.enabled')} checked={enabled} onChange={setEnabled} />
        </>
      )}
    </SaveForm>
  );
}
