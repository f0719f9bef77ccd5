import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { type MappedRows, type Mapping, mappingsQuery, mapRows } from '@/api/imports';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { Fields, Refused, SelectField, TextField } from '@/kit/form';
import { Panel } from '@/kit/panel';
import styles from './data.module.css';
import { ImportPreview } from './import-preview';
import { ImportResult } from './import-result';
import { messages } from './messages';
import { piecesOf } from './pieces';
import { ImportRun, type Progress, type Reject } from './run-import';
import { type Encoding, ENCODINGS, type FileFacts, FileError, inspect, textOf } from './source-file';

/** Rows that are shown before anything is sent to the figures. */
const SAMPLE = 50;

interface Chosen {
  file: File;
  facts: FileFacts;
}

/** Reads a file in the browser: what it is, what its rows become, and only then all of it. */
export function ImportPanel() {
  const t = useMessages(messages);
  const query = useQuery(mappingsQuery);
  return (
    <Panel title={t('import.new')} query={query} height={120}>
      {(mappings) => <Steps mappings={mappings} />}
    </Panel>
  );
}

function Steps({ mappings }: { mappings: readonly Mapping[] }) {
  const t = useMessages(messages);
  const [name, setName] = useState(mappings[0]?.name ?? '');
  const mapping = mappings.find((one) => one.name === name);
  const look = useMutation({ mutationFn: async (file: File): Promise<Chosen> => ({ file, facts: await inspect(file) }) });
  const [encoding, setEncoding] = useState<Encoding | ''>('');
  const run = useRun();
  const chosen = look.data && { ...look.data, facts: { ...look.data.facts, encoding: encoding || look.data.facts.encoding } };
  const choose = (file: File | undefined) => {
    run.reset();
    look.reset();
    setEncoding('');
    if (file) look.mutate(file);
  };
  return (
    <div className={styles.dialogParts}>
      <p className={styles.note}>{t('import.note')}</p>
      <Fields>
        <TextField
          label={t('import.file')}
          hint={t('import.file.hint')}
          type="file"
          accept=".csv,.gz,.txt,.ndjson,.jsonl,.json"
          disabled={run.busy}
          onChange={({ target }) => choose(target.files?.[0])}
        />
        <SelectField
          label={t('import.mapping')}
          value={name}
          disabled={run.busy}
          options={mappings.map((one) => ({ value: one.name, label: one.name }))}
          onChange={({ target }) => setName(target.value)}
        />
        {chosen && (
          <SelectField
            label={t('import.encoding')}
            hint={t('import.encoding.hint')}
            value={chosen.facts.encoding}
            disabled={run.busy}
            options={ENCODINGS.map((value) => ({ value, label: value.toUpperCase() }))}
            onChange={({ target }) => setEncoding(target.value as Encoding)}
          />
        )}
      </Fields>
      <div role="status">{look.isPending && <p>{t('import.looking')}</p>}</div>
      {look.error && (
        <p role="alert" className={styles.fault}>
          {t(`import.fault.${look.error instanceof FileError ? look.error.fault : 'unreadable'}`)}
        </p>
      )}
      {chosen && mapping && <Ready key={`${chosen.facts.sha256} ${chosen.facts.encoding} ${name}`} {...{ chosen, mapping, run }} />}
    </div>
  );
}

type Run = ReturnType<typeof useRun>;

/** What the first rows become; then progress, then what it came to. */
function Ready({ chosen, mapping, run }: { chosen: Chosen; mapping: Mapping; run: Run }) {
  const t = useMessages(messages);
  const { file, facts } = chosen;
  const sample = useQuery({
    queryKey: ['import-sample', facts.sha256, facts.encoding, mapping.name],
    queryFn: ({ signal }) => sampleOf(chosen, mapping, signal),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  if (run.progress) return <Running file={file} run={run} />;
  if (sample.error) return <Refused error={sample.error} />;
  if (!sample.data) return <p role="status">{t('import.mapping.now')}</p>;
  return (
    <>
      <ImportPreview mapping={mapping} rows={sample.data} />
      {run.error && <Refused error={run.error} />}
      <div className={styles.buttonsWrap}>
        <Button type="primary" disabled={sample.data.rows === 0} onClick={() => run.start({ file, facts, mapping })}>
          {t('import.start')}
        </Button>
      </div>
    </>
  );
}

function Running({ file, run }: { file: File; run: Run }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const progress = run.progress!;
  const rejected = Object.values(progress.rejected).reduce((all, one) => all + one, 0);
  if (progress.phase === 'done' && progress.import) return <ImportResult done={progress.import} rejects={run.rejects} onAgain={run.reset} />;
  const share = file.size > 0 ? progress.bytes / file.size : 1;
  return (
    <div className={styles.dialogParts} role="status">
      <progress className={styles.progress} max={1} value={share} aria-label={t('import.progress')} />
      <p>
        {progress.waiting
          ? t('import.waiting')
          : progress.phase === 'counting'
            ? t('import.counting', { n: progress.import?.lag ?? 0 })
            : t('import.sent', { percent: format.rate(share), n: progress.rows, rejected: format.integer(rejected) })}
      </p>
      {run.error && <Refused error={run.error} />}
      <div className={styles.buttonsWrap}>
        {run.busy ? <Button onClick={run.stop}>{t('import.stop')}</Button> : <Button onClick={run.reset}>{t('import.back')}</Button>}
        <span className={styles.quiet}>{t('import.stop.note')}</span>
      </div>
    </div>
  );
}

/** One import at a time; it ends with the page that it runs on. */
function useRun() {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [rejects, setRejects] = useState<readonly Reject[]>([]);
  const stopper = useRef<AbortController | null>(null);
  const work = useMutation({
    mutationFn: async (order: ConstructorParameters<typeof ImportRun>[0]) => {
      stopper.current = new AbortController();
      const run = new ImportRun(order, stopper.current.signal, setProgress);
      setProgress({ phase: 'sending', rows: 0, rejected: {}, bytes: 0, waiting: false, import: null });
      try {
        return await run.run();
      } catch (fault) {
        // Stopped is no fault.
        if (stopper.current.signal.aborted) return null;
        throw fault;
      } finally {
        setRejects(run.rejects);
        void queries.invalidateQueries({ queryKey: ['imports'] });
      }
    },
  });
  useEffect(() => () => stopper.current?.abort(), []);
  useEffect(() => {
    if (!work.isPending) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [work.isPending]);
  return {
    progress,
    rejects,
    busy: work.isPending,
    error: work.error,
    start: work.mutate,
    stop: () => stopper.current?.abort(),
    reset: () => {
      stopper.current?.abort();
      setProgress(null);
      work.reset();
    },
  };
}

async function sampleOf({ file, facts }: Chosen, mapping: Mapping, signal: AbortSignal): Promise<MappedRows> {
  for await (const piece of piecesOf(textOf(file, facts.encoding), facts.json)) {
    const text = piece.text
      .split('\n')
      .slice(0, SAMPLE + 1)
      .join('\n');
    return mapRows(mapping.name, `${text}\n`, facts.json, 0, piece.line, signal);
  }
  return { rows: 0, transactions: [], rejected: [] };
}
