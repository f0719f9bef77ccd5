import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { type ArticleDetail, articleQuery, sayUse, type Version } from '@/api/articles';
import { useUrlParam } from '@/filters/filters';
import { Refused } from '@/kit/form';
import { Markdown } from '@/kit/markdown-text';
import { Panel } from '@/kit/panel';
import { Facts, Lines, Note, Part, Tag, Views } from '@/kit/record';
import { ArticleSteps } from './article-steps';
import styles from './knowledge.module.css';
import { Versions } from './versions';
import { TONES, useArticleWords } from './words';

interface Props {
  id: string;
  onEdit: () => void;
  notify: (text: string) => void;
}

/** One article: read, with what may be done with it, its versions and its history. */
export function ArticlePanel({ id, onEdit, notify }: Props) {
  const { t } = useArticleWords();
  const query = useQuery(articleQuery(id));
  const [, setSearch] = useSearchParams();
  const back = () =>
    setSearch((now) => {
      const next = new URLSearchParams(now);
      for (const key of ['id', 'v', 'va', 'vb']) next.delete(key);
      return next;
    });
  return (
    <Panel
      title={t('article')}
      query={query}
      height={420}
      actions={
        <Button size="small" onClick={back}>
          {t('back')}
        </Button>
      }
    >
      {(detail) => <Whole detail={detail} onEdit={onEdit} notify={notify} />}
    </Panel>
  );
}

function Whole({ detail, onEdit, notify }: { detail: ArticleDetail; onEdit: () => void; notify: (text: string) => void }) {
  const { t } = useArticleWords();
  const { article, latest, published } = detail;
  const [viewText, setView] = useUrlParam('v', '');
  const differs = published?.number !== latest.number;
  const views = [
    ...(published ? ([{ key: 'published', name: t('view.published', { version: String(published.number) }) }] as const) : []),
    ...(differs ? ([{ key: 'latest', name: t('view.latest', { version: String(latest.number) }) }] as const) : []),
    { key: 'versions', name: t('view.versions') } as const,
  ];
  // Who is to decide sees what is to be decided; everybody else what holds.
  const first = article.status === 'submitted' || !published ? 'latest' : 'published';
  const view = views.find(({ key }) => key === viewText)?.key ?? (differs ? first : 'published');
  const shown = view === 'published' ? (published ?? latest) : latest;
  return (
    <article className={styles.article} aria-label={shown.title}>
      <header className={styles.head}>
        <h3>{shown.title}</h3>
        <Tag tone={TONES[article.status]}>{t(`status.${article.status}`)}</Tag>
        <Tag tone={article.audience === 'customer' ? 'info' : 'quiet'}>{t(`audience.${article.audience}`)}</Tag>
      </header>
      {differs && published && <Note>{t('differs', { published: String(published.number), latest: String(latest.number), status: t(`status.${latest.status}`) })}</Note>}
      {latest.status === 'rejected' && latest.reason && <Note>{t('rejected.because', { reason: latest.reason })}</Note>}
      <ArticleSteps detail={detail} onEdit={onEdit} notify={notify} />
      <Views label={t('views')} views={views} value={view} onChange={(key) => setView(key)} />
      {view === 'versions' ? (
        <Versions detail={detail} notify={notify} />
      ) : (
        <div className={styles.columns}>
          <div className={styles.column}>
            <Markdown text={shown.body ?? ''} />
            {view === 'published' && article.status !== 'archived' && <Verdict id={article.id} notify={notify} />}
          </div>
          <div className={styles.column}>
            <Part title={t('facts')}>
              <AllFacts detail={detail} shown={shown} />
            </Part>
            <Part title={t('history')}>
              <History detail={detail} />
            </Part>
          </div>
        </div>
      )}
    </article>
  );
}

function History({ detail: { history } }: { detail: ArticleDetail }) {
  const { line } = useArticleWords();
  return <Lines lines={history.toReversed().map(line)} />;
}

function AllFacts({ detail: { article }, shown }: { detail: ArticleDetail; shown: Version }) {
  const { t, format, name, time, by } = useArticleWords();
  const { uses } = article;
  return (
    <Facts
      facts={[
        [t('version.label'), t('version', { version: String(shown.number) })],
        [t('author'), shown.author && by(shown.author)],
        [t('written'), time(shown.at)],
        [t('decided'), shown.decidedBy && shown.decidedAt && t('decided.by', { status: t(`status.${shown.status}`), by: by(shown.decidedBy), at: time(shown.decidedAt) })],
        [t('language'), t(`language.${article.language}`)],
        [t('translationOf'), article.translationOf && <Link key="original" to={`?t=knowledge&id=${article.translationOf}`}>{t('original')}</Link>],
        [t('tags'), shown.tags.join(' · ')],
        [t('service'), shown.service && name('service', shown.service)],
        [t('product'), shown.product],
        [t('uses.inserted'), uses && format.integer(uses.inserted)],
        [t('uses.offered'), uses && format.integer(uses.offered)],
        [t('uses.helpful'), uses && format.integer(uses.helpful)],
        [t('uses.notHelpful'), uses && format.integer(uses.notHelpful)],
      ]}
    />
  );
}

/** Whether it was what one looked for. */
function Verdict({ id, notify }: { id: string; notify: (text: string) => void }) {
  const { t } = useArticleWords();
  const say = useMutation({
    mutationFn: (outcome: 'helpful' | 'not-helpful') => sayUse(id, outcome),
    onSuccess: () => notify(t('verdict.thanks')),
  });
  return (
    <div className={styles.verdict}>
      <span>{t('verdict')}</span>
      <Button size="small" disabled={say.isPending || say.isSuccess} onClick={() => say.mutate('helpful')}>
        {t('verdict.yes')}
      </Button>
      <Button size="small" disabled={say.isPending || say.isSuccess} onClick={() => say.mutate('not-helpful')}>
        {t('verdict.no')}
      </Button>
      {say.error && <Refused error={say.error} />}
    </div>
  );
}
