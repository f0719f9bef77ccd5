import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useMemo, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { type Article, ARTICLE_LANGUAGES, ARTICLE_STATUSES, articlesQuery, type Hit, searchQuery } from '@/api/articles';
import { useUrlParam } from '@/filters/filters';
import { type Column, DataTable } from '@/kit/data-table';
import { More } from '@/kit/more';
import { Panel } from '@/kit/panel';
import { PanelError, PanelLoading } from '@/kit/panel-states';
import { Bar, Choice, Note, Tag, Word } from '@/kit/record';
import styles from './knowledge.module.css';
import { TONES, useArticleWords } from './words';

const FILTERS = [...ARTICLE_STATUSES, 'published'] as const;

/** The search, and below it every article. What is looked for is in no address: it may be a customer's words. */
export function ArticleList() {
  const { t } = useArticleWords();
  const [asked, setAsked] = useState('');
  const [statusText, setStatus] = useUrlParam('st', '');
  const [languageText, setLanguage] = useUrlParam('l', '');
  const [tag, setTag] = useUrlParam('tag', '');
  const [, edit] = useUrlParam('e', '');
  const status = FILTERS.find((one) => one === statusText) ?? '';
  const language = ARTICLE_LANGUAGES.find((one) => one === languageText) ?? '';
  const query = useInfiniteQuery(articlesQuery({ status, language, tag }));
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const columns = useColumns();
  const any = { value: '', label: t('any') };
  return (
    <Panel
      title={t('list')}
      query={query}
      height={300}
      actions={
        <Button type="primary" size="small" onClick={() => edit('1')}>
          {t('new')}
        </Button>
      }
    >
      {() => (
        <>
          <Search onSearch={setAsked} />
          <Bar>
            {asked === '' && (
              <Choice
                label={t('status')}
                value={status}
                options={[any, ...FILTERS.map((value) => ({ value, label: t(`status.${value}`) }))]}
                onChange={setStatus}
              />
            )}
            <Choice
              label={t('language')}
              value={language}
              options={[any, ...ARTICLE_LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))]}
              onChange={setLanguage}
            />
            {asked === '' && <Word label={t('tag')} value={tag} onChange={setTag} />}
          </Bar>
          {asked !== '' && <Hits text={asked} language={language} />}
          {asked === '' && rows.length === 0 && <Note>{status || language || tag ? t('none.filtered') : t('none')}</Note>}
          {asked === '' && rows.length > 0 && <DataTable caption={t('list')} columns={columns} rows={rows} rowKey={({ id }) => id} />}
          {asked === '' && <More query={query} />}
        </>
      )}
    </Panel>
  );
}

function Search({ onSearch }: { onSearch: (text: string) => void }) {
  const { t } = useArticleWords();
  const [text, setText] = useState('');
  const search = (event: FormEvent) => {
    event.preventDefault();
    onSearch(text.trim());
  };
  return (
    <form className={styles.search} role="search" onSubmit={search}>
      <input
        type="search"
        aria-label={t('search.label')}
        placeholder={t('search.label')}
        maxLength={500}
        autoComplete="off"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          if (target.value === '') onSearch('');
        }}
      />
      <Button htmlType="submit">{t('search')}</Button>
    </form>
  );
}

function Hits({ text, language }: { text: string; language: string }) {
  const { t } = useArticleWords();
  const { data, error, isPending, refetch } = useQuery(searchQuery(text, language));
  const to = useAddress();
  if (error) return <PanelError what={t('hits')} error={error} retry={() => void refetch()} />;
  if (isPending) return <PanelLoading what={t('hits')} height={160} />;
  return (
    <>
      <p className={styles.count} role="status">
        {data.length === 0 ? t('hits.none') : t('hits.n', { n: data.length })}
      </p>
      <ol className={styles.hits}>
        {data.map((hit: Hit) => (
          <li key={hit.id}>
            <Link to={to(hit.id)}>{hit.title}</Link> <Tag tone={hit.audience === 'customer' ? 'info' : 'quiet'}>{t(`audience.${hit.audience}`)}</Tag>
            <p>{hit.snippet}</p>
          </li>
        ))}
      </ol>
    </>
  );
}

function useAddress(): (id: string) => string {
  const { search } = useLocation();
  return (id) => `?${new URLSearchParams([...new URLSearchParams(search), ['id', id]])}`;
}

function useColumns(): Column<Article>[] {
  const { t, format, time } = useArticleWords();
  const to = useAddress();
  const count = (key: 'inserted' | 'offered' | 'helpful' | 'notHelpful'): Column<Article> => ({
    key,
    title: t(`uses.${key}`),
    number: true,
    cell: ({ uses }) => format.integer(uses?.[key] ?? 0),
    value: ({ uses }) => uses?.[key] ?? 0,
  });
  return [
    { key: 'title', title: t('title'), wrap: true, cell: ({ id, title }) => <Link to={to(id)}>{title}</Link>, value: ({ title }) => title },
    { key: 'status', title: t('status'), cell: ({ status }) => <Tag tone={TONES[status]}>{t(`status.${status}`)}</Tag>, value: ({ status }) => t(`status.${status}`) },
    {
      key: 'published',
      title: t('published'),
      cell: ({ published }) => (published === null ? t('published.not') : t('version', { version: String(published) })),
      value: ({ published }) => published,
    },
    { key: 'audience', title: t('audience'), cell: ({ audience }) => t(`audience.${audience}`), value: ({ audience }) => audience },
    { key: 'language', title: t('language'), cell: ({ language }) => t(`language.${language}`), value: ({ language }) => language },
    count('inserted'),
    count('offered'),
    count('helpful'),
    count('notHelpful'),
    { key: 'updated', title: t('updated'), cell: ({ updatedAt }) => time(updatedAt), value: ({ updatedAt }) => updatedAt },
  ];
}
