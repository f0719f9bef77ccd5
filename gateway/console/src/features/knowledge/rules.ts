import type { Article, ArticleAction } from '@/api/articles';

export type Step = ArticleAction['what'];

type State = Pick<Article, 'status'>;

/** In the order in which they are offered. */
const ORDER: readonly Step[] = ['approve', 'reject', 'submit', 'draft', 'restore', 'archive'];
const BY_STATUS: Record<Article['status'], readonly Step[]> = {
  draft: ['submit', 'draft', 'archive'],
  submitted: ['approve', 'reject', 'draft', 'archive'],
  approved: ['draft', 'archive'],
  rejected: ['draft', 'archive'],
  archived: ['restore'],
};
/** Steps of those who decide what is published. */
const DECIDING: ReadonlySet<Step> = new Set(['approve', 'reject', 'archive', 'restore']);

/** What may be done with an article as it is, by who may decide or by everybody who writes. */
export function steps({ status }: State, decides: boolean): readonly Step[] {
  return ORDER.filter((step) => BY_STATUS[status].includes(step) && (decides || !DECIDING.has(step)));
}

export function mayRevert({ status }: State): boolean {
  return status !== 'archived';
}
