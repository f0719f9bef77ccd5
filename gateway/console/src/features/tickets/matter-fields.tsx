import { useQuery } from '@tanstack/react-query';
import { useCatalogue } from '@/api/catalogue';
import { faultClassesQuery } from '@/api/promises';
import { SEVERITIES, type TicketPatch, TYPES } from '@/api/tickets';
import { useLanguage } from '@/i18n/language';
import { nameIn, type Names } from '@/i18n/messages';
import { errorsOf, Fields, SelectField, TextField } from '@/kit/form';
import { useTicketWords } from './words';

/** What a ticket is about, while it is being typed; nothing chosen is an empty text. */
export interface Matter {
  type: TicketPatch['type'];
  severity: TicketPatch['severity'];
  /** Empty: by the severity. */
  priority: string;
  service: string;
  channel: string;
  product: string;
  faultClass: string;
}

interface Props {
  matter: Matter;
  change: (part: Partial<Matter>) => void;
  error: Error | null;
  /** A new ticket may leave its priority to its severity. */
  isNew?: boolean;
}

export const MATTER_FIELDS = ['type', 'severity', 'priority', 'service', 'channel', 'product', 'faultClass'];

export function MatterFields({ matter, change, error, isNew }: Props) {
  const { t } = useTicketWords();
  const language = useLanguage();
  const catalogue = useCatalogue();
  const { data: faults } = useQuery(faultClassesQuery);
  const coded = (entries: readonly { code: string; names: Names }[] | undefined, chosen: string) => [
    { value: '', label: t('none.chosen') },
    ...(entries ?? []).map(({ code, names }) => ({ value: code, label: nameIn(names, language) })),
    ...(chosen && !entries?.some(({ code }) => code === chosen) ? [{ value: chosen, label: chosen }] : []),
  ];
  const priorities = ['1', '2', '3', '4'].map((value) => ({ value, label: t('priority.n', { priority: value }) }));
  const usable = faults?.filter(({ code, enabled }) => enabled || code === matter.faultClass);
  return (
    <Fields>
      <SelectField
        label={t('type')}
        value={matter.type}
        options={TYPES.map((value) => ({ value, label: t(`type.${value}`) }))}
        onChange={({ target }) => change({ type: target.value as Matter['type'] })}
      />
      <SelectField
        label={t('severity')}
        value={matter.severity}
        options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
        onChange={({ target }) => change({ severity: target.value as Matter['severity'] })}
      />
      <SelectField
        label={t('field.priority')}
        value={matter.priority}
        options={isNew ? [{ value: '', label: t('priority.auto') }, ...priorities] : priorities}
        onChange={({ target }) => change({ priority: target.value })}
      />
      <SelectField
        label={t('field.faultClass')}
        value={matter.faultClass}
        options={coded(usable, matter.faultClass)}
        errors={errorsOf(error, 'faultClass')}
        onChange={({ target }) => change({ faultClass: target.value })}
      />
      <SelectField
        label={t('field.service')}
        value={matter.service}
        options={coded(catalogue?.services, matter.service)}
        errors={errorsOf(error, 'service')}
        onChange={({ target }) => change({ service: target.value })}
      />
      <SelectField
        label={t('field.channel')}
        value={matter.channel}
        options={coded(catalogue?.channels, matter.channel)}
        errors={errorsOf(error, 'channel')}
        onChange={({ target }) => change({ channel: target.value })}
      />
      <TextField
        label={t('field.product')}
        maxLength={64}
        value={matter.product}
        errors={errorsOf(error, 'product')}
        onChange={({ target }) => change({ product: target.value })}
      />
    </Fields>
  );
}

/** Null for what was not chosen. */
export function chosen(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
