import { Button } from 'antd';
import { useState } from 'react';
import type { ArticleAction, ArticleDetail } from '@/api/articles';
import { ApiError } from '@/api/client';
import { useMay, useSession } from '@/api/session';
import { Dialog } from '@/kit/dialog';
import { errorsOf, Form, TextAreaField } from '@/kit/form';
import { Meanwhile, Note } from '@/kit/record';
import styles from './knowledge.module.css';
import { type Step, steps } from './rules';
import { useArticleStep } from './use-article-step';
import { useArticleWords } from './words';

interface Props {
  detail: ArticleDetail;
  onEdit: () => void;
  notify: (text: string) => void;
}

/** What may be done with the article as it is. */
export function ArticleSteps({ detail, onEdit, notify }: Props) {
  const { t } = useArticleWords();
  const decides = useMay('supervisor', 'manager', 'admin');
  const [doing, setDoing] = useState<Step | null>(null);
  const offered = steps(detail.article, decides);
  return (
    <div className={styles.actions}>
      {offered.map((step, i) => (
        <Button key={step} type={i === 0 ? 'primary' : 'default'} danger={step === 'reject'} onClick={() => (step === 'draft' ? onEdit() : setDoing(step))}>
          {t(`do.${step}`)}
        </Button>
      ))}
      <Dialog title={doing ? t(`do.${doing}`) : ''} open={doing !== null} onClose={() => setDoing(null)} width={480}>
        {doing && (
          <StepForm
            detail={detail}
            what={doing}
            onClose={() => setDoing(null)}
            onDone={() => {
              notify(t(`done.${doing}`));
              setDoing(null);
            }}
          />
        )}
      </Dialog>
    </div>
  );
}

interface StepFormProps {
  detail: ArticleDetail;
  what: Step;
  /** Of a version that is taken up again. */
  version?: number;
  onClose: () => void;
  onDone: () => void;
}

/** What is approved is what was read: where there is something newer, it is said instead. Nobody approves what they wrote. */
export function StepForm({ detail, what, version = 0, onClose, onDone }: StepFormProps) {
  const { t, by } = useArticleWords();
  const [reason, setReason] = useState('');
  const me = useSession()?.user ?? '';
  const step = useArticleStep(detail, onDone);
  const { latest } = detail;
  const mine = what === 'approve' && [latest.author, latest.decidedBy].some((one) => one !== null && by(one) === me);
  const fourEyes = step.error instanceof ApiError && step.error.status === 409 && step.error.problem.type.endsWith('four-eyes');
  return (
    <Form
      submit={step.stale ? t('anyway') : t(`do.${what}`)}
      busy={step.busy}
      error={fourEyes ? null : step.error}
      fields={['reason']}
      danger={what === 'reject'}
      onSubmit={() => step.submit(actionOf(what, reason, version))}
      onCancel={onClose}
    >
      <Note>{t(`about.${what}`, { version: String(what === 'revert' ? version : latest.number) })}</Note>
      {what === 'reject' && (
        <TextAreaField
          label={t('reason')}
          hint={t('reason.hint')}
          required
          maxLength={500}
          value={reason}
          errors={errorsOf(step.error, 'reason')}
          onChange={({ target }) => setReason(target.value)}
        />
      )}
      {(fourEyes || mine) && (
        <p className={styles.fourEyes} role="alert">
          {t('four-eyes', { author: by(latest.author ?? '') })}
        </p>
      )}
      {step.stale && <Meanwhile title={t('stale')} hint={t('stale.hint')} lines={step.news} />}
    </Form>
  );
}

function actionOf(what: Step, reason: string, version: number): ArticleAction {
  if (what === 'reject') return { what, reason: reason.trim() };
  if (what === 'revert') return { what, version };
  return { what: what as 'submit' };
}
