import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Customer, customerQuery, reveal } from '@/api/customers';
import { useMay } from '@/api/session';
import { Dialog } from '@/kit/dialog';
import { Refused } from '@/kit/form';
import { Panel } from '@/kit/panel';
import { Facts, Note, Part } from '@/kit/record';
import { ConsentPanel } from './consents';
import styles from './customers.module.css';
import { Erase } from './erase';
import { JourneyPanel } from './journey-panel';
import { useCustomerWords } from './words';

interface Props {
  id: string;
  onBack: () => void;
  notify: (text: string) => void;
}

/** One customer: what is kept, what they agreed to, what they did. */
export function Detail({ id, onBack, notify }: Props) {
  const { t } = useCustomerWords();
  const query = useQuery(customerQuery(id));
  return (
    <>
      <Panel
        title={t('detail')}
        query={query}
        height={200}
        actions={
          <Button size="small" onClick={onBack}>
            {t('back')}
          </Button>
        }
      >
        {(customer) => <Known customer={customer} onBack={onBack} notify={notify} />}
      </Panel>
      {query.data && <ConsentPanel id={id} notify={notify} />}
      {query.data && <JourneyPanel id={id} />}
    </>
  );
}

function Known({ customer, onBack, notify }: { customer: Customer } & Omit<Props, 'id'>) {
  const { t, name, time } = useCustomerWords();
  const serves = useMay('agent', 'supervisor', 'admin');
  const mayErase = useMay('admin');
  const [erasing, setErasing] = useState(false);
  const { customer: id, tier, stage, brand, region, language, preferredChannel, tags, manager } = customer;
  return (
    <article className={styles.customer} aria-label={id}>
      <div className={styles.actions}>
        <Link to={`?t=tickets&cu=${id}`}>{t('tickets')}</Link>
        {serves && <Link to={`?t=tickets&new=${id}`}>{t('ticket.new')}</Link>}
        {mayErase && (
          <Button danger size="small" onClick={() => setErasing(true)}>
            {t('erase')}
          </Button>
        )}
      </div>
      <div className={styles.columns}>
        <Part title={t('facts')}>
          <Facts
            facts={[
              [t('customer'), <code key="id">{id}</code>],
              [t('tier'), t(`tier.${tier ?? 'ordinary'}`)],
              [t('stage'), stage && t(`stage.${stage}`)],
              [t('brand'), brand && name('brand', brand)],
              [t('region'), region && name('region', region)],
              [t('language'), language && t(language === 'en' ? 'language.en' : 'language.zh')],
              [t('preferredChannel'), preferredChannel && name('channel', preferredChannel)],
              [t('manager'), manager],
              [t('tags'), tags.join(' · ')],
              [t('updated'), time(customer.updatedAt)],
            ]}
          />
        </Part>
        <Sealed customer={customer} />
      </div>
      <Dialog title={t('erase')} open={erasing} onClose={() => setErasing(false)} width={480}>
        <Erase
          id={id}
          onClose={() => setErasing(false)}
          onDone={() => {
            notify(t('erase.done'));
            onBack();
          }}
        />
      </Dialog>
    </article>
  );
}

/** The sealed address and note: opened by a press that is recorded, and kept nowhere but on the screen. */
function Sealed({ customer: { customer: id, hasAddress, hasNote } }: { customer: Customer }) {
  const { t } = useCustomerWords();
  const may = useMay('agent', 'supervisor', 'admin');
  const open = useMutation({ mutationFn: () => reveal(id), gcTime: 0 });
  return (
    <Part title={t('sealed')}>
      {!hasAddress && !hasNote && <Note>{t('sealed.none')}</Note>}
      {(hasAddress || hasNote) && !open.data && (
        <>
          <Note>{t('sealed.what', { what: [hasAddress && t('address'), hasNote && t('note')].filter(Boolean).join(t('list.and')) })}</Note>
          {may ? (
            <div>
              <Button loading={open.isPending} onClick={() => open.mutate()}>
                {t('reveal')}
              </Button>
              <Note>{t('reveal.note')}</Note>
            </div>
          ) : (
            <Note>{t('reveal.not')}</Note>
          )}
        </>
      )}
      {open.error && <Refused error={open.error} />}
      {open.data && (
        <>
          <Facts
            facts={[
              [t('address'), open.data.address],
              [t('note'), open.data.note],
            ]}
          />
          <div>
            <Button size="small" onClick={() => open.reset()}>
              {t('hide')}
            </Button>
          </div>
        </>
      )}
    </Part>
  );
}
