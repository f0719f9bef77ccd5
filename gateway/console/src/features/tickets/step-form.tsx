import type { ReactNode } from 'react';
import type { TicketAction, TicketDetail } from '@/api/tickets';
import { Form } from '@/kit/form';
import { Meanwhile } from '@/kit/record';
import type { Verb } from './rules';
import { useTicketStep } from './use-ticket-step';
import { useTicketWords } from './words';

export interface StepProps {
  detail: TicketDetail;
  onClose: () => void;
  onDone: () => void;
}

interface StepFormProps extends StepProps {
  verb: Verb;
  action: () => TicketAction;
  children: ReactNode;
}

/** What somebody else did meanwhile is shown before one's own is done over it. */
export function StepForm({ detail, verb, action, onClose, onDone, children }: StepFormProps) {
  const { t } = useTicketWords();
  const step = useTicketStep(detail, {}, onDone);
  return (
    <Form
      submit={step.stale ? t('anyway') : t(`do.${verb}`)}
      busy={step.busy}
      error={step.error}
      danger={verb === 'cancel'}
      onSubmit={() => step.submit(action())}
      onCancel={onClose}
    >
      {children}
      {step.stale && <Meanwhile title={t('stale')} hint={t('stale.hint')} lines={step.news} />}
    </Form>
  );
}
