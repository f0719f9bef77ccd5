import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useMay, useSession } from '@/api/session';
import { openTicket, type Ticket } from '@/api/tickets';
import { useUrlParam } from '@/filters/filters';
import { Dialog } from '@/kit/dialog';
import { errorsOf, Fields, Form, TextAreaField, TextField } from '@/kit/form';
import { chosen, type Matter, MATTER_FIELDS, MatterFields } from './matter-fields';
import { useTicketWords } from './words';

/** A new ticket: `new` in the address is 1, or the customer who needs something. */
export function OpenTicket() {
  const { t } = useTicketWords();
  const [, setSearch] = useSearchParams();
  const [asked, ask] = useUrlParam('new', '');
  const mayOpen = useMay('agent', 'supervisor', 'admin');
  const opened = ({ id }: Ticket) =>
    setSearch((now) => {
      const next = new URLSearchParams(now);
      next.delete('new');
      next.set('id', id);
      return next;
    });
  return (
    <Dialog title={t('open')} open={asked !== '' && mayOpen} onClose={() => ask('')} width={640}>
      <OpenForm customer={asked.startsWith('c_') ? asked : ''} onClose={() => ask('')} onDone={opened} />
    </Dialog>
  );
}

const FIELDS = [...MATTER_FIELDS, 'customer', 'subject', 'description', 'owner', 'team'];

function OpenForm({ customer, onClose, onDone }: { customer: string; onClose: () => void; onDone: (ticket: Ticket) => void }) {
  const { t } = useTicketWords();
  const queries = useQueryClient();
  const me = useSession()?.user ?? '';
  const [matter, setMatter] = useState<Matter>({ type: 'complaint', severity: 'normal', priority: '', service: '', channel: '', product: '', faultClass: '' });
  const [texts, setTexts] = useState({ customer, subject: '', description: '', owner: me, team: '' });
  const change = (part: Partial<typeof texts>) => setTexts((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      openTicket({
        customer: texts.customer.trim(),
        type: matter.type,
        severity: matter.severity,
        priority: matter.priority === '' ? null : Number(matter.priority),
        subject: texts.subject.trim(),
        description: chosen(texts.description),
        service: chosen(matter.service),
        channel: chosen(matter.channel),
        product: chosen(matter.product),
        faultClass: chosen(matter.faultClass),
        owner: chosen(texts.owner),
        team: chosen(texts.team),
      }),
    onSuccess: async (ticket) => {
      await queries.invalidateQueries({ queryKey: ['tickets'] });
      onDone(ticket);
    },
  });
  const wrong = (field: string) => errorsOf(save.error, field);
  return (
    <Form submit={t('open.submit')} busy={save.isPending} error={save.error} fields={FIELDS} onSubmit={() => save.mutate()} onCancel={onClose}>
      <TextField
        label={t('customer')}
        hint={t('customer.hint')}
        required
        pattern="c_[A-Za-z0-9_\-]{1,62}"
        value={texts.customer}
        errors={wrong('customer')}
        onChange={({ target }) => change({ customer: target.value })}
      />
      <TextField
        label={t('field.subject')}
        hint={t('text.hint')}
        required
        maxLength={200}
        value={texts.subject}
        errors={wrong('subject')}
        onChange={({ target }) => change({ subject: target.value })}
      />
      <MatterFields matter={matter} change={(part) => setMatter((now) => ({ ...now, ...part }))} error={save.error} isNew />
      <TextAreaField
        label={t('field.description')}
        maxLength={8_000}
        value={texts.description}
        errors={wrong('description')}
        onChange={({ target }) => change({ description: target.value })}
      />
      <Fields>
        <TextField label={t('owner')} maxLength={64} value={texts.owner} errors={wrong('owner')} onChange={({ target }) => change({ owner: target.value })} />
        <TextField label={t('team')} maxLength={64} value={texts.team} errors={wrong('team')} onChange={({ target }) => change({ team: target.value })} />
      </Fields>
    </Form>
  );
}
