import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { type DeadLetterLine, deadLetterQuery, deadLettersQuery, type DeadLetterState, replay, resolve, STATES } from '@/api/dead-letters';
import { useUrlParam } from '@/filters/filters';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { Refused } from '@/kit/form';
import { More } from '@/kit/more';
import { PanelError, PanelLoading } from '@/kit/panel-states';
import { codeCell, openCell } from './cells';
import styles from './data.module.css';
import { ListPanel } from './list-panel';
import { messages } from './messages';
import type { PartProps } from './screen';
import { useSheets } from './sheet';

/** Records that could not be read: what they held, and what becomes of them. */
export function DeadLetters({ notify }: PartProps) {
  const t = useMessages(messages);
  const sheets = useSheets();
  const [stateText, setState] = useUrlParam('s', 'open');
  const state = STATES.find((one) => one === stateText) ?? 'open';
  const query = useInfiniteQuery(deadLettersQuery(state));
  const [shown, setShown] = useState<number | null>(null);
  const where = ({ topic, partition, offset }: DeadLetterLine) => `${topic} ${partition}@${offset}`;
  const columns: Column<DeadLetterLine>[] = [
    {
      key: 'id',
      title: t('letter.id'),
      cell: openCell(
        ({ id }) => String(id),
        ({ id }) => t('letter.show', { id: String(id) }),
        ({ id }) => setShown(id),
      ),
      value: ({ id }) => id,
    },
    { key: 'reason', title: t('letter.reason'), wrap: true, cell: ({ reason }) => reason, value: ({ reason }) => reason },
    { key: 'at', title: t('letter.at'), cell: ({ at }) => sheets.instant(at), value: ({ at }) => sheets.instant(at) },
    {
      key: 'event',
      title: t('letter.event'),
      cell: ({ eventTime }) => sheets.instant(eventTime),
      value: ({ eventTime }) => sheets.instant(eventTime),
    },
    { key: 'where', title: t('letter.where'), cell: codeCell(where), value: where },
    {
      key: 'masked',
      title: t('letter.masked'),
      cell: ({ masked }) => (masked ? t('yes') : t('no')),
      value: ({ masked }) => (masked ? t('yes') : t('no')),
    },
    { key: 'by', title: t('letter.by'), cell: ({ settledBy }) => settledBy ?? '–', value: ({ settledBy }) => settledBy },
  ];
  return (
    <>
      <ListPanel
        title={t('part.letters')}
        query={query}
        rowsOf={({ pages }) => pages.flatMap(({ items }) => items as DeadLetterLine[])}
        columns={columns}
        rowKey={({ id }) => String(id)}
        about={[[t('letter.state'), t(`letter.${state}`)]]}
        lead={
          <>
            <p className={styles.note}>{t('letters.note')}</p>
            <div className={styles.bar}>
              <Segmented<DeadLetterState>
                aria-label={t('letter.state')}
                value={state}
                options={STATES.map((value) => ({ value, label: t(`letter.${value}`) }))}
                onChange={setState}
              />
            </div>
          </>
        }
        empty={<p>{t(state === 'open' ? 'letters.none' : 'letters.noneOf')}</p>}
        below={<More query={query} />}
        height={260}
      />
      <Dialog title={t('letter.title', { id: String(shown ?? '') })} open={shown !== null} onClose={() => setShown(null)} width={760}>
        {shown !== null && <OneLetter id={shown} onClose={() => setShown(null)} notify={notify} />}
      </Dialog>
    </>
  );
}

function OneLetter({ id, onClose, notify }: { id: number; onClose: () => void; notify: PartProps['notify'] }) {
  const t = useMessages(messages);
  const queries = useQueryClient();
  const query = useQuery(deadLetterQuery(id));
  const settle = useMutation({
    mutationFn: (again: boolean) => (again ? replay(id) : resolve(id)),
    onSuccess: async (_, again) => {
      await queries.invalidateQueries({ queryKey: ['dead-letters'] });
      notify({ text: t(again ? 'letter.replayed.done' : 'letter.resolved.done', { id: String(id) }) });
      onClose();
    },
  });
  if (query.error) return <PanelError what={t('letter.title', { id: String(id) })} error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <PanelLoading what={t('letter.title', { id: String(id) })} height={200} />;
  const { value, encoding, headers } = query.data;
  const line = query.data.line as DeadLetterLine;
  const headerText = Object.entries(headers)
    .map(([name, text]) => `${name}: ${text}`)
    .join('\n');
  return (
    <div className={styles.dialogParts}>
      <p className={styles.fault}>{line.reason}</p>
      {/* Regions that scroll have to be reachable by keyboard: */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.payload} tabIndex={0} aria-label={t('letter.value', { encoding })}>
        {pretty(value, encoding)}
      </pre>
      {headerText && <pre className={styles.payload}>{headerText}</pre>}
      {line.masked && <p className={styles.warning}>{t('letter.masked.note')}</p>}
      {settle.error && <Refused error={settle.error} />}
      {line.state === 'open' && (
        <div className={styles.buttonsWrap}>
          <Button type="primary" disabled={line.masked} loading={settle.isPending && settle.variables} onClick={() => settle.mutate(true)}>
            {t('letter.replay')}
          </Button>
          <Button loading={settle.isPending && !settle.variables} onClick={() => settle.mutate(false)}>
            {t('letter.resolve')}
          </Button>
        </div>
      )}
    </div>
  );
}

function pretty(value: string, encoding: string): string {
  if (encoding !== 'utf-8') return value;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
