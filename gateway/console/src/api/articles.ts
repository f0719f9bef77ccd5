import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, given, unwrap } from './client';
import type { components } from './generated/care';

type Schemas = components['schemas'];

export const ARTICLE_STATUSES = ['draft', 'submitted', 'approved', 'rejected', 'archived'] as const;
export const ARTICLE_LANGUAGES = ['zh-CN', 'en'] as const;
export const AUDIENCES = ['customer', 'internal'] as const;

export type ArticleStatus = (typeof ARTICLE_STATUSES)[number];
export type ArticleLanguage = (typeof ARTICLE_LANGUAGES)[number];
export type Audience = (typeof AUDIENCES)[number];

export type Article = Omit<NonNullable<Schemas['ArticleBody']>, 'status' | 'language' | 'audience'> & {
  status: ArticleStatus;
  language: ArticleLanguage;
  audience: Audience;
};
/** `superseded`: nobody decided about it before there was another. */
export type Version = Omit<Schemas['VersionBody'], 'status' | 'audience'> & { status: Exclude<ArticleStatus, 'archived'> | 'superseded'; audience: Audience };
export type ArticleLine = Schemas['ArticleLine'];
export type Hit = Omit<Schemas['ArticleHit'], 'language' | 'audience'> & { language: ArticleLanguage; audience: Audience };
export interface ArticleDetail {
  article: Article;
  latest: Version;
  published: Version | null;
  history: ArticleLine[];
}

interface Page<T> {
  items: T[];
  next: string | null;
}

export interface ArticleFilter {
  status?: string;
  language?: string;
  tag?: string;
}

/** The last changed first. */
export function articlesQuery(filter: ArticleFilter) {
  return infiniteQueryOptions({
    queryKey: ['articles', filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = given({ ...filter, limit: 100, cursor: pageParam ?? undefined });
      return (await unwrap(client.GET('/api/v1/care/articles', { params: { query }, signal }))) as unknown as Page<Article>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
  });
}

/** What is looked for goes in the body, and is kept nowhere. */
export function searchQuery(text: string, language: string) {
  return queryOptions({
    queryKey: ['articles', 'search', text, language],
    queryFn: async ({ signal }) => {
      const body = { text, language: language === '' ? null : language, limit: 50 };
      return (await unwrap(client.POST('/api/v1/care/articles/search', { body, signal }))).hits as Hit[];
    },
    staleTime: 15_000,
    gcTime: 60_000,
  });
}

export function articleQuery(id: string) {
  return queryOptions({
    queryKey: ['article', id],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/articles/{id}', { params: { path: { id } }, signal }))) as unknown as ArticleDetail,
    staleTime: 30_000,
  });
}

/** Newest first, without their bodies. */
export function versionsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['article', id, 'versions'],
    queryFn: async ({ pageParam, signal }) => {
      const query = given({ limit: 100, cursor: pageParam ?? undefined });
      return (await unwrap(client.GET('/api/v1/care/articles/{id}/versions', { params: { path: { id }, query }, signal }))) as unknown as Page<Version>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
  });
}

/** None ever changes. */
export function versionQuery(id: string, number: number) {
  return queryOptions({
    queryKey: ['article', id, 'versions', number],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/care/articles/{id}/versions/{number}', { params: { path: { id, number } }, signal }))) as unknown as Version,
    staleTime: 5 * 60_000,
  });
}

export interface Draft {
  title: string;
  body: string;
  audience: Audience;
  tags: string[];
  service: string | null;
  product: string | null;
}

export async function createArticle(draft: Draft, language: ArticleLanguage, translationOf: string | null): Promise<Article> {
  return (await unwrap(client.POST('/api/v1/care/articles', { body: { ...draft, language, translationOf } }))) as unknown as Article;
}

/** What people do with an article. */
export type ArticleAction =
  | { what: 'draft'; draft: Draft }
  | { what: 'revert'; version: number }
  | { what: 'reject'; reason: string }
  | { what: 'submit' | 'approve' | 'archive' | 'restore' };

/** Over the revision that was read: 412 where somebody else has changed it since. */
export async function actOnArticle(id: string, action: ArticleAction, revision: number): Promise<void> {
  const call = { params: { path: { id } }, headers: { 'If-Match': `"${revision}"` } };
  switch (action.what) {
    case 'draft':
      await unwrap(client.PUT('/api/v1/care/articles/{id}/draft', { ...call, body: action.draft }));
      return;
    case 'revert':
      await unwrap(client.POST('/api/v1/care/articles/{id}/revert', { ...call, body: { version: action.version } }));
      return;
    case 'reject':
      await unwrap(client.POST('/api/v1/care/articles/{id}/reject', { ...call, body: { reason: action.reason } }));
      return;
    default:
      await unwrap(client.POST(`/api/v1/care/articles/{id}/${action.what}` as '/api/v1/care/articles/{id}/submit', call));
  }
}

/** Somebody looked for something, and this was it, or was not. */
export async function sayUse(id: string, outcome: 'helpful' | 'not-helpful'): Promise<void> {
  await unwrap(client.POST('/api/v1/care/articles/{id}/uses', { params: { path: { id } }, body: { outcome } }));
}
