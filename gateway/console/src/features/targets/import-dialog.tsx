import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { importTargets, type Target, type TargetImport, targetsQuery } from '@/api/targets';
import { useMessages } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { saveCsv } from '@/kit/files';
import { Refused, TextField } from '@/kit/form';
import { messages } from './messages';
import { useTargetsSheet } from './phasing-panel';
import styles from './targets.module.css';

interface Props {
  open: boolean;
  year: string;
  onClose: () => void;
}

export function ImportDialog({ open, year, onClose }: Props) {
  const t = useMessages(messages);
  return (
    <Dialog title={t('import.title')} open={open} onClose={onClose} width={720}>
      <ImportSteps year={year} onClose={onClose} />
    </Dialog>
  );
}

/** Choose a file, see what it would do, and only then do it. */
function ImportSteps({ year, onClose }: Omit<Props, 'open'>) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const trial = useMutation({ mutationFn: (chosen: File) => importTargets(chosen, true) });
  const real = useMutation({
    mutationFn: (chosen: File) => importTargets(chosen, false),
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: ['targets'] }), queries.invalidateQueries({ queryKey: ['attainment'] })]),
  });
  const choose = (chosen: File | undefined) => {
    real.reset();
    trial.reset();
    setFile(chosen ?? null);
    if (chosen) trial.mutate(chosen);
  };
  if (real.data) return <Done done={real.data} onClose={onClose} />;
  const found = trial.data;
  return (
    <div className={styles.importFile}>
      <p className={styles.help}>{t('import.help')}</p>
      <div className={styles.bar}>
        <Template year={year} />
      </div>
      <TextField label={t('import.file')} type="file" accept=".csv,.xlsx,text/csv" onChange={({ target }) => choose(target.files?.[0])} />
      <div role="status">
        {trial.isPending && <p>{t('import.checking')}</p>}
        {found && <Found found={found} />}
      </div>
      {(trial.error ?? real.error) && <Refused error={(trial.error ?? real.error)!} />}
      <div className={styles.bar}>
        <span className={styles.spacer} />
        {found && found.accepted > 0 && file && (
          <Button type="primary" loading={real.isPending} onClick={() => real.mutate(file)}>
            {t('import.apply', { n: found.accepted })}
          </Button>
        )}
      </div>
    </div>
  );
}

function Found({ found }: { found: TargetImport }) {
  const t = useMessages(messages);
  return (
    <div className={styles.importFound}>
      <p>{found.accepted > 0 ? t('import.found', { n: found.accepted, changed: found.changed }) : t('import.nothing')}</p>
      {found.rejectedTotal > 0 && <Rejects found={found} />}
    </div>
  );
}

interface Wrong {
  row: number;
  column: string;
  why: string;
}

function Rejects({ found }: { found: TargetImport }) {
  const t = useMessages(messages);
  const rows: Wrong[] = found.rejected.flatMap(({ row, errors }) =>
    Object.entries(errors).map(([column, why]) => ({ row, column, why: why.join(' ') })),
  );
  const columns: Column<Wrong>[] = [
    { key: 'row', title: t('import.row'), cell: ({ row }) => row, value: ({ row }) => row, number: true },
    { key: 'column', title: t('import.column'), cell: ({ column }) => column, value: ({ column }) => column },
    { key: 'why', title: t('import.wrong'), cell: ({ why }) => why, value: ({ why }) => why, wrap: true },
  ];
  const sheet = { name: t('import.rejects'), columns, rows, about: [] };
  return (
    <>
      <p role="alert">{t('import.rejected', { n: found.rejectedTotal })}</p>
      {found.rejected.length < found.rejectedTotal && <p>{t('import.listed', { n: found.rejected.length })}</p>}
      <div className={styles.rejects}>
        <DataTable
          caption={t('import.rejected', { n: found.rejectedTotal })}
          columns={columns}
          rows={rows}
          rowKey={({ row, column }) => `${row} ${column}`}
        />
      </div>
      <div>
        <Button size="small" onClick={() => saveCsv(sheet)}>
          {t('import.rejects')}
        </Button>
      </div>
    </>
  );
}

function Done({ done, onClose }: { done: TargetImport; onClose: () => void }) {
  const t = useMessages(messages);
  return (
    <div className={styles.importFile} role="status">
      <p>{t('import.done', { n: done.accepted, changed: done.changed })}</p>
      {done.rejectedTotal > 0 && <Rejects found={done} />}
      <div className={styles.bar}>
        <span className={styles.spacer} />
        <Button type="primary" onClick={onClose}>
          {t('finish')}
        </Button>
      </div>
    </div>
  );
}

const NONE: readonly Target[] = [];

function Template({ year }: { year: string }) {
  const t = useMessages(messages);
  const { data, dataUpdatedAt } = useQuery(targetsQuery(year));
  const sheet = useTargetsSheet(year, data ?? NONE, dataUpdatedAt);
  // Only what the import reads: no notes below the rows.
  return (
    <Button size="small" onClick={() => saveCsv({ ...sheet, columns: sheet.columns.slice(0, 5), about: [] })}>
      {t('import.template')}
    </Button>
  );
}
