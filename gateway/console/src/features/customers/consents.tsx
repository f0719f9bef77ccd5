import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useCatalogue } from '@/api/catalogue';
import { type Consent, consentsQuery, PURPOSES, type Purpose, recordConsent } from '@/api/customers';
import { useMay } from '@/api/session';
import { useLanguage } from '@/i18n/language';
import { nameIn } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { errorsOf, Fields, Form, SelectField, TextField } from '@/kit/form';
import { Panel } from '@/kit/panel';
import { Lines, Note, Tag } from '@/kit/record';
import { type Agreement, agreements } from './consent';
import styles from './customers.module.css';
import { useCustomerWords } from './words';

/** What is recorded: a yes or no that the customer says now. */
interface Said {
  purpose: Purpose;
  channel: string;
  given: boolean;
  /** Neither purpose nor channel is chosen any more. */
  fixed: boolean;
}

/** What the customer agreed to, for each purpose and channel, and everything that was ever said about it. */
export function ConsentPanel({ id, notify }: { id: string; notify: (text: string) => void }) {
  const { t } = useCustomerWords();
  const query = useQuery(consentsQuery(id));
  const may = useMay('agent', 'supervisor', 'admin');
  const [saying, setSaying] = useState<Said | null>(null);
  return (
    <Panel
      title={t('consents')}
      query={query}
      height={160}
      actions={
        may && (
          <Button size="small" onClick={() => setSaying({ purpose: 'marketing', channel: '', given: true, fixed: false })}>
            {t('consent.record')}
          </Button>
        )
      }
    >
      {({ holding, said }) => (
        <>
          <Note>{t('consents.note')}</Note>
          <ul className={styles.consents}>
            {agreements(holding, said).map((one) => (
              <Row key={one.key} agreement={one} say={may ? (given) => setSaying({ ...one.holding, given, fixed: true }) : undefined} />
            ))}
          </ul>
          <Dialog title={t('consent.record')} open={saying !== null} onClose={() => setSaying(null)} width={520}>
            {saying && (
              <ConsentForm
                id={id}
                first={saying}
                onClose={() => setSaying(null)}
                onDone={(given) => {
                  setSaying(null);
                  notify(t(given ? 'consent.given.done' : 'consent.withdrawn.done'));
                }}
              />
            )}
          </Dialog>
        </>
      )}
    </Panel>
  );
}

function Row({ agreement: { holding, said }, say }: { agreement: Agreement; say?: (given: boolean) => void }) {
  const { t, name, time, by } = useCustomerWords();
  const word = ({ given }: Consent) => t(given ? 'consent.given' : 'consent.withdrawn');
  const what = t('consent.what', { purpose: t(`purpose.${holding.purpose}`), channel: name('channel', holding.channel) });
  const lines = said.map((one) => ({
    key: String(one.version),
    at: time(one.at),
    text: t('consent.line', { what: word(one), origin: one.origin }),
    more: [t('consent.recorded', { by: by(one.recordedBy), at: time(one.recordedAt) })],
  }));
  return (
    <li>
      <div className={styles.consent}>
        <strong>{what}</strong>
        <Tag tone={holding.given ? 'good' : 'bad'} sign={holding.given ? '✓' : '✕'}>
          {word(holding)}
        </Tag>
        <span>{t('consent.since', { at: time(holding.at) })}</span>
        {say && (
          <Button size="small" title={t('consent.of', { what })} onClick={() => say(!holding.given)}>
            {t(holding.given ? 'consent.withdraw' : 'consent.give')}
          </Button>
        )}
      </div>
      <details>
        <summary>{t('consent.history', { n: said.length })}</summary>
        <Lines lines={lines} />
      </details>
    </li>
  );
}

const FIELDS = ['purpose', 'channel', 'origin', 'at'];

function ConsentForm({ id, first, onClose, onDone }: { id: string; first: Said; onClose: () => void; onDone: (given: boolean) => void }) {
  const { t } = useCustomerWords();
  const language = useLanguage();
  const queries = useQueryClient();
  const catalogue = useCatalogue();
  const channels = (catalogue?.channels ?? []).map(({ code, names }) => ({ value: code, label: nameIn(names, language) }));
  const [draft, setDraft] = useState(first);
  const [origin, setOrigin] = useState('desk');
  const change = (part: Partial<Said>) => setDraft((now) => ({ ...now, ...part }));
  const channel = draft.channel || channels[0]?.value || '';
  const save = useMutation({
    mutationFn: () => recordConsent(id, { purpose: draft.purpose, channel, given: draft.given, at: null, origin: origin.trim() || null }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['customer', id] });
      onDone(draft.given);
    },
  });
  return (
    <Form
      submit={t(draft.given ? 'consent.give' : 'consent.withdraw')}
      busy={save.isPending}
      error={save.error}
      fields={FIELDS}
      danger={!draft.given}
      onSubmit={() => save.mutate()}
      onCancel={onClose}
    >
      <Fields>
        <SelectField
          label={t('purpose')}
          disabled={draft.fixed}
          value={draft.purpose}
          options={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
          errors={errorsOf(save.error, 'purpose')}
          onChange={({ target }) => change({ purpose: target.value as Purpose })}
        />
        <SelectField
          label={t('channel')}
          disabled={draft.fixed}
          value={channel}
          options={channels}
          errors={errorsOf(save.error, 'channel')}
          onChange={({ target }) => change({ channel: target.value })}
        />
        <SelectField
          label={t('consent.says')}
          value={draft.given ? 'yes' : 'no'}
          options={[
            { value: 'yes', label: t('consent.yes') },
            { value: 'no', label: t('consent.no') },
          ]}
          onChange={({ target }) => change({ given: target.value === 'yes' })}
        />
        <TextField label={t('origin')} hint={t('origin.hint')} maxLength={64} value={origin} errors={errorsOf(save.error, 'origin')} onChange={({ target }) => setOrigin(target.value)} />
      </Fields>
      <Note>{t('consent.about')}</Note>
    </Form>
  );
}
