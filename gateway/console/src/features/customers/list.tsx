import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';
import { useCatalogue } from '@/api/catalogue';
import { type Customer, customersQuery, STAGES, TIERS } from '@/api/customers';
import { useLanguage } from '@/i18n/language';
import { nameIn, type Names } from '@/i18n/messages';
import { type Column, DataTable } from '@/kit/data-table';
import { More } from '@/kit/more';
import { Panel } from '@/kit/panel';
import { Bar, Choice, Word } from '@/kit/record';
import styles from './customers.module.css';
import { useCustomerWords } from './words';

/** Short keys of the address; none is a key of the filters of other screens. */
const KEYS = { stage: 'sg', tier: 'ti', brand: 'br', region: 're', manager: 'mg', tag: 'tag' } as const;
type Name = keyof typeof KEYS;

function useCustomerFilter() {
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [name, search.get(key) ?? ''])) as Record<Name, string>;
  const set = (part: Partial<Record<Name, string>>) =>
    setSearch((now) => {
      const next = new URLSearchParams(now);
      for (const [name, value] of Object.entries(part) as [Name, string][]) {
        if (value) next.set(KEYS[name], value);
        else next.delete(KEYS[name]);
      }
      return next;
    });
  const clear = () => set(Object.fromEntries(Object.keys(KEYS).map((name) => [name, ''])));
  return { filter, set, clear, narrowed: Object.values(filter).some(Boolean) };
}

/** The directory. It holds no name and no number. */
export function CustomerList() {
  const { t } = useCustomerWords();
  const { filter, clear, narrowed } = useCustomerFilter();
  const query = useInfiniteQuery(customersQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const columns = useColumns();
  return (
    <Panel title={t('list')} query={query} height={280}>
      {() => (
        <>
          <Filters />
          {rows.length > 0 ? (
            <DataTable caption={t('list')} columns={columns} rows={rows} rowKey={({ customer }) => customer} />
          ) : (
            <div className={styles.none}>
              <p>{narrowed ? t('none.filtered') : t('none')}</p>
              {narrowed && <Button onClick={clear}>{t('clear')}</Button>}
            </div>
          )}
          <More query={query} />
        </>
      )}
    </Panel>
  );
}

function Filters() {
  const { t } = useCustomerWords();
  const language = useLanguage();
  const catalogue = useCatalogue();
  const { filter, set, clear, narrowed } = useCustomerFilter();
  const any = { value: '', label: t('any') };
  const coded = (entries: readonly { code: string; names: Names }[] | undefined) => [any, ...(entries ?? []).map(({ code, names }) => ({ value: code, label: nameIn(names, language) }))];
  return (
    <Bar>
      <Choice label={t('tier')} value={filter.tier} options={[any, ...TIERS.map((value) => ({ value, label: t(`tier.${value}`) }))]} onChange={(tier) => set({ tier })} />
      <Choice label={t('stage')} value={filter.stage} options={[any, ...STAGES.map((value) => ({ value, label: t(`stage.${value}`) }))]} onChange={(stage) => set({ stage })} />
      <Choice label={t('brand')} value={filter.brand} options={coded(catalogue?.brands)} onChange={(brand) => set({ brand })} />
      <Choice label={t('region')} value={filter.region} options={coded(catalogue?.regions)} onChange={(region) => set({ region })} />
      <Word label={t('manager')} value={filter.manager} onChange={(manager) => set({ manager })} />
      <Word label={t('tag')} value={filter.tag} onChange={(tag) => set({ tag })} />
      {narrowed && (
        <Button size="small" onClick={clear}>
          {t('clear')}
        </Button>
      )}
    </Bar>
  );
}

function useColumns(): Column<Customer>[] {
  const { t, name, time } = useCustomerWords();
  const { search } = useLocation();
  const to = (id: string) => `?${new URLSearchParams([...new URLSearchParams(search), ['id', id]])}`;
  const tier = ({ tier: code }: Customer) => t(`tier.${code ?? 'ordinary'}`);
  const stage = ({ stage: code }: Customer) => (code ? t(`stage.${code}`) : '–');
  const coded = (key: 'brand' | 'region'): Column<Customer> => ({
    key,
    title: t(key),
    cell: ({ [key]: code }) => (code ? name(key, code) : '–'),
    value: ({ [key]: code }) => (code ? name(key, code) : null),
  });
  return [
    { key: 'customer', title: t('customer'), cell: ({ customer }) => <Link to={to(customer)}>{customer}</Link>, value: ({ customer }) => customer },
    { key: 'tier', title: t('tier'), cell: tier, value: ({ tier: code }) => TIERS.indexOf(code ?? 'ordinary') },
    { key: 'stage', title: t('stage'), cell: stage, value: stage },
    coded('brand'),
    coded('region'),
    { key: 'manager', title: t('manager'), cell: ({ manager }) => manager ?? '–', value: ({ manager }) => manager },
    { key: 'tags', title: t('tags'), wrap: true, cell: ({ tags }) => tags.join(' · '), value: ({ tags }) => tags.join(' ') },
    { key: 'updated', title: t('updated'), cell: ({ updatedAt }) => time(updatedAt), value: ({ updatedAt }) => updatedAt },
  ];
}
