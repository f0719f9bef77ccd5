import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { type ArticleDetail, type ArticleLanguage, ARTICLE_LANGUAGES, articleQuery, AUDIENCES, createArticle, type Draft } from '@/api/articles';
import { useCatalogue } from '@/api/catalogue';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import { errorsOf, Fields, Form, SelectField, TextAreaField, TextField } from '@/kit/form';
import { Markdown } from '@/kit/markdown-text';
import { Panel } from '@/kit/panel';
import { Meanwhile, Note } from '@/kit/record';
import styles from './knowledge.module.css';
import { useArticleStep } from './use-article-step';
import { useArticleWords } from './words';

interface Props {
  onClose: () => void;
  notify: (text: string) => void;
}

const BLANK: Draft = { title: '', body: '', audience: 'internal', tags: [], service: null, product: null };
const FIELDS = ['title', 'body', 'audience', 'tags', 'service', 'product', 'language', 'translationOf'];

/** A new article: its first draft. */
export function NewArticle({ translationOf, onClose, notify }: Props & { translationOf: string }) {
  const { t } = useArticleWords();
  const queries = useQueryClient();
  const [, setSearch] = useSearchParams();
  const [language, setLanguage] = useState<ArticleLanguage>('zh-CN');
  const save = useMutation({
    mutationFn: (draft: Draft) => createArticle(draft, language, translationOf || null),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['articles'] });
      notify(t('done.create'));
      setSearch((now) => {
        const next = new URLSearchParams(now);
        next.delete('e');
        next.set('id', id);
        return next;
      });
    },
  });
  const ready = { data: true, error: null, isPending: false, refetch: () => undefined as never };
  return (
    <Panel title={t('new')} query={ready} height={420}>
      {() => (
        <DraftForm first={BLANK} busy={save.isPending} error={save.error} submit={t('save')} onSave={(draft) => save.mutate(draft)} onCancel={onClose}>
          <SelectField
            label={t('language')}
            value={language}
            options={ARTICLE_LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))}
            onChange={({ target }) => setLanguage(target.value as ArticleLanguage)}
          />
        </DraftForm>
      )}
    </Panel>
  );
}

/** The next version of an article. */
export function Editor({ id, onClose, notify }: Props & { id: string }) {
  const { t } = useArticleWords();
  const query = useQuery(articleQuery(id));
  return (
    <Panel title={t('edit.title')} query={query} height={420}>
      {(detail) => <EditForm detail={detail} onClose={onClose} notify={notify} />}
    </Panel>
  );
}

function EditForm({ detail, onClose, notify }: Props & { detail: ArticleDetail }) {
  const { t } = useArticleWords();
  const { title, body, audience, tags, service, product } = detail.latest;
  const step = useArticleStep(detail, () => {
    notify(t('done.draft'));
    onClose();
  });
  return (
    <DraftForm
      first={{ title, body: body ?? '', audience, tags, service, product }}
      busy={step.busy}
      error={step.error}
      submit={step.stale ? t('anyway') : t('save')}
      onSave={(draft) => step.submit({ what: 'draft', draft })}
      onCancel={onClose}
    >
      {detail.latest.status === 'submitted' && <Note>{t('edit.submitted')}</Note>}
      {step.stale && <Meanwhile title={t('stale')} hint={t('stale.hint')} lines={step.news} />}
    </DraftForm>
  );
}

interface DraftFormProps {
  first: Draft;
  busy: boolean;
  error: Error | null;
  submit: string;
  onSave: (draft: Draft) => void;
  onCancel: () => void;
  children: ReactNode;
}

/** What is typed, and beside it what readers will see. */
function DraftForm({ first, busy, error, submit, onSave, onCancel, children }: DraftFormProps) {
  const { t } = useArticleWords();
  const [draft, setDraft] = useState(first);
  const [tags, setTags] = useState(first.tags.join(', '));
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const language = useLanguage();
  const catalogue = useCatalogue();
  const services = [{ value: '', label: t('none.chosen') }, ...(catalogue?.services ?? []).map(({ code, names }) => ({ value: code, label: nameIn(names, language) }))];
  const wrong = (field: string) => errorsOf(error, field);
  useWarningBeforeLeaving(draft !== first);
  return (
    <Form
      submit={submit}
      busy={busy}
      error={error}
      fields={FIELDS}
      onSubmit={() => onSave({ ...draft, tags: tags.split(/[,，、]/).map((tag) => tag.trim()).filter(Boolean) })}
      onCancel={onCancel}
    >
      {children}
      <TextField label={t('title')} required maxLength={200} value={draft.title} errors={wrong('title')} onChange={({ target }) => change({ title: target.value })} />
      <Fields>
        <SelectField
          label={t('audience')}
          value={draft.audience}
          options={AUDIENCES.map((value) => ({ value, label: t(`audience.${value}`) }))}
          onChange={({ target }) => change({ audience: target.value as Draft['audience'] })}
        />
        <TextField label={t('tags')} hint={t('tags.hint')} value={tags} errors={wrong('tags')} onChange={({ target }) => setTags(target.value)} />
        <SelectField label={t('service')} value={draft.service ?? ''} options={services} errors={wrong('service')} onChange={({ target }) => change({ service: target.value || null })} />
        <TextField label={t('product')} maxLength={64} value={draft.product ?? ''} errors={wrong('product')} onChange={({ target }) => change({ product: target.value || null })} />
      </Fields>
      <div className={styles.writing}>
        <TextAreaField
          label={t('body')}
          hint={t('body.hint')}
          required
          rows={18}
          maxLength={20_000}
          value={draft.body}
          errors={wrong('body')}
          onChange={({ target }) => change({ body: target.value })}
        />
        <section className={styles.preview} aria-label={t('preview')}>
          <h3>{t('preview')}</h3>
          <Markdown text={draft.body} />
        </section>
      </div>
    </Form>
  );
}

/** Who closes the page with something unsaved on it is asked first. */
function useWarningBeforeLeaving(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [dirty]);
}
