import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Conversation } from '@/api/conversations';
import { faultClassesQuery, openTicket, type Ticket } from '@/api/served-customer';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import { errorsOf, Field, Fields, Form, SelectField, TextField } from '@/kit/form';
import formStyles from '@/kit/form.module.css';
import { messages } from './messages';

const TYPES = ['complaint', 'incident', 'request', 'question', 'suggestion'] as const;
const SEVERITIES = ['low', 'normal', 'high', 'critical'] as const;

interface Props {
  conversation: Conversation;
  onOpened: (ticket: Ticket) => void;
  onCancel: () => void;
}

/** What the conversation alone could not solve. */
export function TicketForm({ conversation, onOpened, onCancel }: Props) {
  const t = useMessages(messages);
  const language = useLanguage();
  const queries = useQueryClient();
  const { data: faults } = useQuery(faultClassesQuery);
  const [fields, setFields] = useState({ type: 'request', severity: 'normal', subject: '', description: '', faultClass: '' });
  const open = useMutation({
    mutationFn: () =>
      openTicket({
        ...fields,
        customer: conversation.customer,
        conversation: conversation.id,
        channel: conversation.channel,
        service: conversation.service,
        task: conversation.task,
        description: fields.description || null,
        faultClass: fields.faultClass || null,
      }),
    onSuccess: (ticket) => {
      void queries.invalidateQueries({ queryKey: ['tickets'] });
      onOpened(ticket);
    },
  });
  const set = (name: keyof typeof fields) => (event: { target: { value: string } }) => setFields({ ...fields, [name]: event.target.value });
  const options = (codes: readonly string[], prefix: 'type' | 'severity') =>
    codes.map((code) => ({ value: code, label: prefix === 'type' ? t(`type.${code as 'request'}`) : t(`severity.${code as 'low'}`) }));
  return (
    <Form
      submit={t('ticket.create')}
      busy={open.isPending}
      error={open.error}
      fields={['subject', 'description']}
      onSubmit={() => open.mutate()}
      onCancel={onCancel}
    >
      <Fields>
        <SelectField label={t('ticket.type')} options={options(TYPES, 'type')} value={fields.type} onChange={set('type')} />
        <SelectField label={t('ticket.severity')} options={options(SEVERITIES, 'severity')} value={fields.severity} onChange={set('severity')} />
      </Fields>
      <TextField
        label={t('ticket.subject')}
        required
        maxLength={200}
        value={fields.subject}
        errors={errorsOf(open.error, 'subject')}
        onChange={set('subject')}
      />
      <Field label={t('ticket.description')} errors={errorsOf(open.error, 'description')}>
        {(ids) => <textarea className={formStyles.input} rows={4} maxLength={8000} value={fields.description} onChange={set('description')} {...ids} />}
      </Field>
      <SelectField
        label={t('ticket.fault')}
        options={[
          { value: '', label: t('ticket.fault.none') },
          ...(faults ?? []).map(({ code, names }) => ({ value: code, label: nameIn(names, language) })),
        ]}
        value={fields.faultClass}
        onChange={set('faultClass')}
      />
    </Form>
  );
}
