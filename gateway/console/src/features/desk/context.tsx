import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNames } from '@/api/catalogue';
import { type Conversation, threadQuery } from '@/api/conversations';
import { useZone } from '@/api/operator';
import { consentsQuery, type Customer, customerQuery, openTicketsQuery, revealCustomer } from '@/api/served-customer';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { Panel } from '@/kit/panel';
import { ArticlesPanel } from './articles-panel';
import styles from './desk.module.css';
import type { Handles } from './handles';
import { JourneyPanel } from './journey-panel';
import { messages } from './messages';
import { askedLast } from './thread-lines';

/** Who the customer is and what it is about, all of it one look away. [D8] */
export function Context({ id, handles }: { id: string; handles: Handles }) {
  const t = useMessages(messages);
  const { data } = useQuery({ ...threadQuery(useQueryClient(), id), enabled: id !== '' });
  if (!data) return <aside className={styles.context} aria-label={t('context')} data-empty={id === ''} />;
  const { conversation, messages: said } = data;
  const { customer } = conversation;
  // Preference and offer will be the next ones after the customer.
  const isKnown = customer.startsWith('c_');
  return (
    <aside className={styles.context} aria-label={t('context')}>
      {isKnown ? <CustomerPanel customer={customer} /> : <Visitor />}
      {isKnown && <TicketsPanel customer={customer} />}
      <ArticlesPanel asked={askedLast(said)} conversation={conversation} handles={handles} />
      {isKnown && <JourneyPanel key={customer} customer={customer} />}
    </aside>
  );
}

function Visitor() {
  const t = useMessages(messages);
  return <p className={styles.none}>{t('customer.visitor')}</p>;
}

function CustomerPanel({ customer }: { customer: Conversation['customer'] }) {
  const t = useMessages(messages);
  const query = useQuery(customerQuery(customer));
  return (
    <Panel title={t('customer')} query={query} height={120}>
      {(known) => (known ? <Known key={customer} customer={known} /> : <p className={styles.none}>{t('customer.unknown')}</p>)}
    </Panel>
  );
}

function Known({ customer: one }: { customer: Customer }) {
  const t = useMessages(messages);
  const name = useNames();
  const facts: [string, string | null][] = [
    [t('fact.customer'), one.customer],
    [t('fact.tier'), one.tier && t(`tier.${one.tier as 'vip'}`)],
    [t('fact.manager'), one.manager],
    [t('fact.stage'), one.stage && t(`stage.${one.stage as 'entry'}`)],
    [t('fact.brand'), one.brand && name('brand', one.brand)],
    [t('fact.region'), one.region && name('region', one.region)],
    [t('fact.language'), one.language && t(`language.${one.language as 'en'}`)],
    [t('fact.preferred'), one.preferredChannel && name('channel', one.preferredChannel)],
    [t('fact.tags'), one.tags.join(' · ')],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([label, text]) => text && <Fact key={label} label={label} text={text} />)}
      </dl>
      {(one.hasAddress || one.hasNote) && <Sealed customer={one.customer} />}
      <Consents customer={one.customer} />
    </>
  );
}

function Fact({ label, text }: { label: string; text: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{text}</dd>
    </div>
  );
}

/** In clear only when it is asked for, and not kept. */
function Sealed({ customer }: { customer: string }) {
  const t = useMessages(messages);
  const reveal = useMutation({ mutationFn: () => revealCustomer(customer), gcTime: 0 });
  if (reveal.data) {
    return (
      <dl className={styles.facts}>
        <Fact label={t('reveal.address')} text={reveal.data.address ?? t('reveal.none')} />
        <Fact label={t('reveal.text')} text={reveal.data.note ?? t('reveal.none')} />
      </dl>
    );
  }
  return (
    <p className={styles.reveal}>
      <button type="button" className={styles.small} disabled={reveal.isPending} onClick={() => reveal.mutate()}>
        {t('reveal')}
      </button>
      <span className={styles.quiet}>{t('reveal.note')}</span>
      {reveal.error && (
        <span className={styles.fault} role="alert">
          {t('refused', { reason: reveal.error.message })}
        </span>
      )}
    </p>
  );
}

function Consents({ customer }: { customer: string }) {
  const t = useMessages(messages);
  const name = useNames();
  const { data } = useQuery(consentsQuery(customer));
  if (!data) return null;
  return (
    <section>
      <h3 className={styles.part}>{t('consents')}</h3>
      {data.length === 0 && <p className={styles.none}>{t('consents.none')}</p>}
      <ul className={styles.lines}>
        {data.map(({ purpose, channel, given }) => (
          <li key={`${purpose} ${channel}`} data-given={given}>
            {t(given ? 'consent.given' : 'consent.refused', { purpose: t(`purpose.${purpose as 'care'}`), channel: name('channel', channel) })}
          </li>
        ))}
      </ul>
    </section>
  );
}

function TicketsPanel({ customer }: { customer: string }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const zone = useZone();
  const name = useNames();
  const [all, setAll] = useState(false);
  const query = useQuery(openTicketsQuery(customer));
  return (
    <Panel title={t('tickets')} query={query} height={34}>
      {(tickets) =>
        tickets.length === 0 ? (
          <p className={styles.none}>{t('tickets.none')}</p>
        ) : (
          <>
            <ul className={styles.lines}>
              {tickets.slice(0, all ? undefined : FEW).map((one) => (
                <li key={one.id}>
                  <strong>{t('ticket.line', { type: t(`type.${one.type as 'request'}`), severity: t(`severity.${one.severity as 'low'}`) })}</strong>
                  <span className={styles.quiet}>
                    {one.service && <span>{name('service', one.service)}</span>}
                    {one.sla && <span data-sla={one.sla}>{t(`sla.${one.sla as 'met'}`)}</span>}
                    {one.nextDue && <span>{t('ticket.due', { time: format.instant(one.nextDue, zone) })}</span>}
                    {one.owner && <span>{one.owner}</span>}
                  </span>
                </li>
              ))}
            </ul>
            {!all && tickets.length > FEW && (
              <button type="button" className={styles.small} onClick={() => setAll(true)}>
                {t('journey.all', { count: tickets.length })}
              </button>
            )}
          </>
        )
      }
    </Panel>
  );
}

const FEW = 4;
