import { useQuery } from '@tanstack/react-query';
import { definitionsQuery } from '@/api/indicators';
import type { Definition } from '@/api/indicators';
import { useMessages } from '@/i18n/messages';
import { PanelError, PanelLoading } from '@/kit/panel-states';
import { Annotations } from './annotations';
import { Breakdown } from './breakdown';
import { Changed } from './changed';
import styles from './explore.module.css';
import { Headline } from './headline';
import { messages } from './messages';
import { Toolbar } from './toolbar';
import { Trend } from './trend';
import { useAsked, useQuestions } from './use-explore';

/** One indicator: over time, broken down, compared, and what a change comes from. */
export function Screen() {
  const t = useMessages(messages);
  const { indicator, definition } = useAsked();
  const { error, isPending, refetch } = useQuery(definitionsQuery);
  if (definition) return <Explore key={definition.id} definition={definition} />;
  if (isPending) return <PanelLoading what={t('question')} height={400} />;
  if (error) return <PanelError what={t('question')} error={error} retry={() => void refetch()} />;
  return <p role="alert">{t('unknown', { id: indicator })}</p>;
}

function Explore({ definition }: { definition: Definition }) {
  const questions = useQuestions(definition);
  return (
    <div className={styles.screen}>
      <Toolbar definition={definition} />
      <Headline definition={definition} questions={questions} />
      <Trend definition={definition} questions={questions} />
      {questions.by && questions.breakdown && <Breakdown definition={definition} by={questions.by} question={questions.breakdown} />}
      <Changed definition={definition} questions={questions} />
      <Annotations definition={definition} questions={questions} />
    </div>
  );
}
