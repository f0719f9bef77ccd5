import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { type ArticleDetail, type Version, versionQuery, versionsQuery } from '@/api/articles';
import { useUrlParam } from '@/filters/filters';
import { type Column, DataTable } from '@/kit/data-table';
import { Dialog } from '@/kit/dialog';
import { More } from '@/kit/more';
import { together } from '@/kit/panel';
import { PanelError, PanelLoading } from '@/kit/panel-states';
import { Bar, Choice, Note, Part, Tag } from '@/kit/record';
import { StepForm } from './article-steps';
import { diffLines } from './diff';
import styles from './knowledge.module.css';
import { mayRevert } from './rules';
import { TONES, useArticleWords } from './words';

const MARKS = { same: ' ', added: '+', removed: '−' } as const;

/** Every draft that was saved, and what is different between two of them. */
export function Versions({ detail, notify }: { detail: ArticleDetail; notify: (text: string) => void }) {
  const { t } = useArticleWords();
  const { article } = detail;
  const [reverting, setReverting] = useState<number | null>(null);
  const query = useInfiniteQuery(versionsQuery(article.id));
  const columns = useColumns(detail, setReverting);
  const close = () => setReverting(null);
  if (query.error) return <PanelError what={t('view.versions')} error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <PanelLoading what={t('view.versions')} height={200} />;
  const rows = query.data.pages.flatMap(({ items }) => items);
  return (
    <>
      <DataTable caption={t('view.versions')} columns={columns} rows={rows} rowKey={({ number }) => String(number)} />
      <More query={query} />
      {rows.length > 1 && <Compared id={article.id} numbers={rows.map(({ number }) => number)} />}
      <Dialog title={t('do.revert')} open={reverting !== null} onClose={close} width={480}>
        {reverting !== null && (
          <StepForm
            detail={detail}
            what="revert"
            version={reverting}
            onClose={close}
            onDone={() => {
              notify(t('done.revert'));
              close();
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function useColumns({ article, latest }: ArticleDetail, revert: (version: number) => void): Column<Version>[] {
  const { t, time, by } = useArticleWords();
  return [
    { key: 'number', title: t('version.label'), cell: ({ number }) => t('version', { version: String(number) }), value: ({ number }) => number },
    { key: 'status', title: t('status'), cell: ({ status }) => <Tag tone={TONES[status]}>{t(`status.${status}`)}</Tag>, value: ({ status }) => t(`status.${status}`) },
    { key: 'title', title: t('title'), wrap: true, cell: ({ title }) => title, value: ({ title }) => title },
    { key: 'author', title: t('author'), cell: ({ author }) => by(author ?? ''), value: ({ author }) => author },
    { key: 'at', title: t('written'), cell: ({ at }) => time(at), value: ({ at }) => at },
    { key: 'decided', title: t('decided'), cell: ({ decidedBy }) => (decidedBy ? by(decidedBy) : '–'), value: ({ decidedBy }) => decidedBy },
    {
      key: 'actions',
      title: t('actions'),
      cell: ({ number }) =>
        mayRevert(article) && number !== latest.number ? (
          <Button size="small" title={t('revert.to', { version: String(number) })} onClick={() => revert(number)}>
            {t('do.revert')}
          </Button>
        ) : null,
      value: () => null,
    },
  ];
}

/** Newest first. */
function Compared({ id, numbers }: { id: string; numbers: readonly number[] }) {
  const { t } = useArticleWords();
  const [fromText, setFrom] = useUrlParam('va', '');
  const [toText, setTo] = useUrlParam('vb', '');
  const known = (text: string, fallback: number) => numbers.find((number) => String(number) === text) ?? fallback;
  const from = known(fromText, numbers[1]!);
  const to = known(toText, numbers[0]!);
  const query = together<[Version, Version]>(useQuery(versionQuery(id, from)), useQuery(versionQuery(id, to)));
  const options = numbers.map((number) => ({ value: String(number), label: t('version', { version: String(number) }) }));
  return (
    <Part title={t('compare')}>
      <Bar>
        <Choice label={t('compare.from')} value={String(from)} options={options} onChange={setFrom} />
        <Choice label={t('compare.to')} value={String(to)} options={options} onChange={setTo} />
      </Bar>
      {query.error && <PanelError what={t('compare')} error={query.error} retry={() => void query.refetch()} />}
      {!query.error && !query.data && <PanelLoading what={t('compare')} height={120} />}
      {query.data && <Difference before={query.data[0]} after={query.data[1]} />}
    </Part>
  );
}

/** Added and removed lines have a sign, and a word for who listens. */
function Difference({ before, after }: { before: Version; after: Version }) {
  const { t } = useArticleWords();
  const lines = diffLines(textOf(before), textOf(after));
  const [added, removed] = (['added', 'removed'] as const).map((kind) => lines.filter((line) => line.kind === kind).length);
  if (!added && !removed) return <Note>{t('compare.same')}</Note>;
  return (
    <>
      <Note>{t('compare.count', { added: String(added), removed: String(removed) })}</Note>
      {/* What scrolls has to be reachable by keyboard: */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ol className={styles.diff} tabIndex={0} aria-label={t('compare')}>
        {lines.map(({ kind, text }, i) => (
          // oxlint-disable-next-line react/no-array-index-key
          <li key={i} data-kind={kind}>
            <span aria-hidden="true">{MARKS[kind]}</span>
            {kind !== 'same' && <span className={styles.srOnly}>{t(`compare.${kind}`)}</span>}
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** All that an article says, so that a changed title shows, too. */
function textOf({ title, tags, body }: Version): string {
  return [`# ${title}`, tags.join(' · '), '', body ?? ''].join('\n');
}
