import { useQueryClient } from '@tanstack/react-query';
import { actOnArticle, type ArticleAction, type ArticleDetail, articleQuery } from '@/api/articles';
import { useGuarded } from '@/kit/use-guarded';
import { useArticleWords } from './words';

/** One step of an article, over the revision that was read; where somebody was faster, `news` is what they did. */
export function useArticleStep(detail: ArticleDetail, onDone: () => void) {
  const words = useArticleWords();
  const queries = useQueryClient();
  const { id, revision } = detail.article;
  const step = useGuarded<ArticleAction>({
    revision,
    act: (action, over) => actOnArticle(id, action, over),
    refresh: () => {
      void queries.invalidateQueries({ queryKey: ['articles'] });
      return queries.invalidateQueries({ queryKey: articleQuery(id).queryKey });
    },
    onDone,
  });
  return { ...step, news: words.news(detail, step.read) };
}
