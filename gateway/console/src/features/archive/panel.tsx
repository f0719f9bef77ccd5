import { useQuery } from '@tanstack/react-query';
import { type ArchivedProduct, productsQuery } from '@/api/archive';
import { useMay } from '@/api/session';
import { useUrlParam } from '@/filters/filters';
import { Notice, useNotice } from '@/kit/notice';
import { Panel as Part } from '@/kit/panel';
import { Bar, Choice, Note } from '@/kit/record';
import styles from './archive.module.css';
import { ChainPanel } from './chain';
import { EntriesPanel } from './entries';
import { EntryPanel } from './entry';
import { SPANS } from './figures';
import { MeasuresPanel } from './measures';
import { MonthsPanel } from './months';
import { useArchiveWords } from './words';

/** What became of the cases of a product: month by month, what was done about it, and whether that worked. `id` is one entry. */
export function Panel() {
  const [id] = useUrlParam('id', '');
  const [asked] = useUrlParam('pd', '');
  const [spanText] = useUrlParam('n', SPANS[0]);
  const [notice, notify] = useNotice();
  const mayOpen = useMay('supervisor', 'manager', 'admin');
  const mayVerify = useMay('sre', 'admin');
  const products = useQuery(productsQuery);
  if (id !== '' && mayOpen) return <EntryPanel key={id} number={id} />;
  const product = asked || (products.data?.[0]?.product ?? '');
  const span = SPANS.find((one) => one === spanText) ?? SPANS[0];
  return (
    <div className={styles.screen}>
      <ProductPanel query={products} product={product} span={span} />
      {/* From the beginning, so that nothing moves when it is known which product. */}
      {(product !== '' || products.isPending) && (
        <>
          <MonthsPanel product={product} span={Number(span)} />
          <MeasuresPanel product={product} notify={(text) => notify({ text })} />
          <EntriesPanel product={product} />
        </>
      )}
      {mayVerify && <ChainPanel />}
      <Notice notice={notice} onClose={() => notify(null)} />
    </div>
  );
}

type ProductsQuery = Parameters<typeof Part<ArchivedProduct[]>>[0]['query'];

function ProductPanel({ query, product, span }: { query: ProductsQuery; product: string; span: string }) {
  const { t, format } = useArchiveWords();
  const [, choose] = useUrlParam('pd', '');
  const [, setSpan] = useUrlParam('n', SPANS[0]);
  const options = (products: readonly ArchivedProduct[]) => [
    ...products.map((one) => ({ value: one.product, label: t('product.entries', { product: one.product, entries: format.integer(one.entries) }) })),
    ...(products.some((one) => one.product === product) ? [] : [{ value: product, label: product }]),
  ];
  return (
    <Part title={t('archive')} query={query} height={80} isEmpty={(products) => products.length === 0 && product === ''} emptyFirst={<p>{t('none')}</p>}>
      {(products) => (
        <>
          <Bar>
            <Choice label={t('product')} value={product} options={options(products)} onChange={choose} />
            <Choice label={t('span')} value={span} options={SPANS.map((value) => ({ value, label: t('span.months', { months: value }) }))} onChange={setSpan} />
          </Bar>
          <Note>{t('about')}</Note>
        </>
      )}
    </Part>
  );
}
