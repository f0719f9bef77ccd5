import { useState } from 'react';
import type { TicketAction } from '@/api/tickets';
import { chosen, type Matter, MatterFields } from './matter-fields';
import { Note } from '@/kit/record';
import { StepForm, type StepProps } from './step-form';
import { useTicketWords } from './words';

/** Changes what a live ticket is about. */
export function EditForm(props: StepProps) {
  const { t } = useTicketWords();
  const { ticket } = props.detail;
  const [matter, setMatter] = useState<Matter>(() => ({
    type: ticket.type,
    severity: ticket.severity,
    priority: String(ticket.priority),
    service: ticket.service ?? '',
    channel: ticket.channel ?? '',
    product: ticket.product ?? '',
    faultClass: ticket.faultClass ?? '',
  }));
  const action = (): TicketAction => ({
    what: 'edit',
    patch: {
      type: matter.type,
      severity: matter.severity,
      priority: Number(matter.priority),
      service: chosen(matter.service),
      channel: chosen(matter.channel),
      product: chosen(matter.product),
      faultClass: chosen(matter.faultClass),
    },
  });
  return (
    <StepForm {...props} verb="edit" action={action}>
      <MatterFields matter={matter} change={(part) => setMatter((now) => ({ ...now, ...part }))} error={null} />
      <Note>{t('about.edit')}</Note>
    </StepForm>
  );
}
