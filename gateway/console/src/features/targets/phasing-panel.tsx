import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useCatalogue } from '@/api/catalogue';
import { useDefinitions } from '@/api/indicators';
import { useOperator } from '@/api/operator';
import { type Target, type TargetKey, targetsQuery } from '@/api/targets';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { ExportMenu } from '@/kit/export-menu';
import { fileName, saveCsv, saveXlsx } from '@/kit/files';
import type { NoticeText } from '@/kit/notice';
import { Panel } from '@/kit/panel';
import { messages } from './messages';
import { NoTargets } from './no-targets';
import { PhasingGrid } from './phasing-grid';
import styles from './targets.module.css';
import { treeOf } from './tree';
import type { Folding } from './use-folding';
import { cellKey, type TargetEdits, useTargetEdits } from './use-target-edits';
import { useTargetWords } from './words';

interface Props {
  year: string;
  current: string;
  /** Empty: all of them. */
  indicator: string;
  may: boolean;
  folding: Folding;
  notify: (notice: NoticeText | null) => void;
  /** How to begin where nothing is. */
  begin: ReactNode;
  /** Shows all indicators. */
  onClear: () => void;
}

export function PhasingPanel({ year, current, indicator, may, folding, notify, begin, onClear }: Props) {
  const t = useMessages(messages);
  const query = useQuery(targetsQuery(year));
  const chosen = useMemo(() => (query.data ?? []).filter((target) => !indicator || target.indicator === indicator), [query.data, indicator]);
  const byCell = useMemo(() => new Map(chosen.map((target) => [cellKey(target), target])), [chosen]);
  const edits = useTargetEdits(byCell, notify);
  const catalogue = useCatalogue();
  const definitions = useDefinitions();
  const scopes = useMemo(() => treeOf(chosen, catalogue, [...definitions.keys()]), [chosen, catalogue, definitions]);
  const months = Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`);
  return (
    <Panel
      title={t('phasing', { year })}
      query={query}
      height={220}
      actions={chosen.length > 0 && <TargetsExport year={year} targets={chosen} readAt={query.dataUpdatedAt} />}
    >
      {(data) =>
        chosen.length === 0 ? (
          <NoTargets
            filtered={data.length > 0}
            indicator={indicator}
            onClear={onClear}
            first={
              <>
                <p>{t('phasing.first', { year })}</p>
                {begin}
              </>
            }
          />
        ) : (
          <>
            <p className={styles.help}>{t(may ? 'phasing.help' : 'phasing.readers')}</p>
            <PhasingGrid caption={t('phasing', { year })} {...{ scopes, months, current, folding }} targets={byCell} edits={may ? edits : null} />
            <Refusals
              edits={edits}
              keys={scopes.flatMap(({ channel, region, indicators }) =>
                indicators.flatMap((id) => months.map((month) => ({ indicator: id, channel, region, month }))),
              )}
            />
          </>
        )
      }
    </Panel>
  );
}

/** Why cells were not saved. What was typed stays in them. */
function Refusals({ edits, keys }: { edits: TargetEdits; keys: readonly TargetKey[] }) {
  const t = useMessages(messages);
  const words = useTargetWords();
  const format = useFormatter();
  const refused = keys.flatMap((key) => {
    const draft = edits.drafts.get(cellKey(key));
    return draft?.why ? [{ key, why: draft.why }] : [];
  });
  if (refused.length === 0) return null;
  return (
    <ul className={styles.refusals} role="alert">
      {refused.map(({ key, why }) => (
        <li key={cellKey(key)}>{t('cell.refused', { line: words.line(key), month: format.at(key.month), why })}</li>
      ))}
    </ul>
  );
}

/** With the columns of the import, so that an export can be changed and read in again. */
export function useTargetsSheet(year: string, targets: readonly Target[], readAt: number) {
  const t = useMessages(messages);
  const format = useFormatter();
  const words = useTargetWords();
  const operator = useOperator();
  const column = (key: string, title: string, value: (target: Target) => string | number | null): Column<Target> => ({
    key,
    title,
    cell: () => null,
    value,
  });
  const zone = operator?.timeZone ?? 'UTC';
  const asOf = format.instant(new Date(readAt).toISOString(), zone);
  return {
    name: fileName(t('file.targets'), year, asOf),
    columns: [
      column('indicator', 'indicator', (target) => target.indicator),
      column('channel', 'channel', (target) => target.channel),
      column('region', 'region', (target) => target.region),
      column('month', 'month', (target) => target.month),
      column('value', 'value', (target) => target.value),
      column('updatedAt', t('updatedAt'), (target) => format.instant(target.updatedAt, zone)),
      column('updatedBy', t('updatedBy'), (target) => target.updatedBy),
    ],
    rows: targets,
    about: [
      [t('about.period'), year],
      [t('about.scope'), [...new Set(targets.map(({ indicator }) => words.indicator(indicator)))].join(t('list'))],
      [t('about.zone'), zone],
      [t('about.asOf'), asOf],
      [t('about.unit'), t('about.units')],
    ] as const,
  };
}

function TargetsExport({ year, targets, readAt }: { year: string; targets: readonly Target[]; readAt: number }) {
  const sheet = useTargetsSheet(year, targets, readAt);
  return <ExportMenu name={sheet.name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />;
}
