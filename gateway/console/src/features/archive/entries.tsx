import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { casesHref, entriesQuery, type Entry, ENTRY_KINDS, NATURES } from '@/api/archive';
import { useToday } from '@/api/operator';
import { faultClassesQuery } from '@/api/promises';
import { useMay } from '@/api/session';
import { addMonths, monthOf } from '@/filters/period';
import { DataTable } from '@/kit/data-table';
import { ExportMenu } from '@/kit/export-menu';
import { fileName, saveAddress, saveCsv, saveXlsx } from '@/kit/files';
import { More } from '@/kit/more';
import { Panel } from '@/kit/panel';
import { Bar, Choice } from '@/kit/record';
import styles from './archive.module.css';
import { useColumns, useFileColumns } from './entry-columns';
import { useArchiveWords } from './words';

/** Short keys of the address; none is a key of the filters of other screens. */
const KEYS = { kind: 'k', month: 'm', nature: 'na', faultClass: 'f' } as const;
type Name = keyof typeof KEYS;
type Filter = Record<Name, string>;
const NAMES = Object.keys(KEYS) as Name[];

function useEntryFilter() {
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(NAMES.map((name) => [name, search.get(KEYS[name]) ?? ''])) as Filter;
  const set = (part: Partial<Filter>) =>
    setSearch((now) => {
      const next = new URLSearchParams(now);
      for (const [name, value] of Object.entries(part) as [Name, string][]) {
        if (value) next.set(KEYS[name], value);
        else next.delete(KEYS[name]);
      }
      return next;
    });
  const clear = () => set(Object.fromEntries(NAMES.map((name) => [name, ''])));
  return { filter, set, clear, narrowed: Object.values(filter).some(Boolean) };
}

/** Where the months' numbers lead. */
export const ENTRIES = 'entries';

/** What the chain holds of the product, the newest first. */
export function EntriesPanel({ product }: { product: string }) {
  const { t, time } = useArchiveWords();
  const { filter, clear, narrowed } = useEntryFilter();
  const mayOpen = useMay('supervisor', 'manager', 'admin');
  const query = useInfiniteQuery(entriesQuery({ product, ...filter }));
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const columns = useColumns(mayOpen);
  return (
    <div id={ENTRIES} tabIndex={-1} className={styles.entries}>
      <Panel
        title={t('entries')}
        query={query}
        height={200}
        actions={mayOpen && rows.length > 0 && <Files product={product} filter={filter} rows={rows} read={time(new Date(query.dataUpdatedAt).toISOString())} />}
      >
        {() => (
          <>
            <Filters />
            {rows.length > 0 ? (
              <DataTable caption={t('entries')} columns={columns} rows={rows} rowKey={({ number }) => String(number)} />
            ) : (
              <div className={styles.none}>
                <p>{t(narrowed ? 'entries.filtered' : 'entries.none')}</p>
                {narrowed && <Button onClick={clear}>{t('clear')}</Button>}
              </div>
            )}
            <More query={query} />
          </>
        )}
      </Panel>
    </div>
  );
}

/** What is on the screen as other lists give it; and all cases, by the server, which writes down who took them. */
function Files({ product, filter: { month, nature, faultClass }, rows, read }: { product: string; filter: Filter; rows: readonly Entry[]; read: string }) {
  const { t } = useArchiveWords();
  const name = fileName(t('file.entries'), product, read);
  const about = [
    [t('file.product'), product],
    [t('file.asOf'), read],
  ] as const;
  const sheet = { name, columns: useFileColumns(), rows, about };
  return (
    <>
      <Button size="small" onClick={() => saveAddress(casesHref({ product, month, nature, faultClass }), `${fileName(t('file.entries'), product, month)}.csv`)}>
        {t('export.cases')}
      </Button>
      <ExportMenu name={name} csv={() => saveCsv(sheet)} xlsx={() => void saveXlsx(sheet)} />
    </>
  );
}

/** So many months back one can choose from; an older one that the address names is there, too. */
const MONTHS = 60;

function Filters() {
  const { t, month: monthName, fault } = useArchiveWords();
  const { filter, set, clear, narrowed } = useEntryFilter();
  const thisMonth = monthOf(useToday());
  const { data: faults } = useQuery(faultClassesQuery);
  const any = { value: '', label: t('any') };
  const recent = Array.from({ length: MONTHS }, (_, i) => addMonths(thisMonth, -i));
  const months = filter.month && !recent.includes(filter.month) ? [filter.month, ...recent] : recent;
  return (
    <Bar>
      <Choice label={t('kind')} value={filter.kind} options={[any, ...ENTRY_KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))]} onChange={(kind) => set({ kind })} />
      <Choice label={t('month')} value={filter.month} options={[any, ...months.map((value) => ({ value, label: monthName(value) }))]} onChange={(month) => set({ month })} />
      <Choice
        label={t('nature')}
        value={filter.nature}
        options={[any, ...NATURES.map((value) => ({ value, label: t(`nature.${value}`) }))]}
        onChange={(nature) => set({ nature })}
      />
      <Choice
        label={t('faultClass')}
        value={filter.faultClass}
        options={[any, ...(faults ?? []).map(({ code }) => ({ value: code, label: fault(code) }))]}
        onChange={(faultClass) => set({ faultClass })}
      />
      {narrowed && (
        <Button size="small" onClick={clear}>
          {t('clear')}
        </Button>
      )}
    </Bar>
  );
}
