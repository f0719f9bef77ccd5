import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNames } from '@/api/catalogue';
import { useZone } from '@/api/operator';
import { type Journey, journeyQuery } from '@/api/served-customer';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { Panel } from '@/kit/panel';
import styles from './desk.module.css';
import { messages } from './messages';

const FEW = 8;

/** What the customer did over all channels, newest first. */
export function JourneyPanel({ customer }: { customer: string }) {
  const t = useMessages(messages);
  const query = useQuery(journeyQuery(customer));
  return (
    <Panel title={t('journey')} query={query} height={34}>
      {(journey) => (journey.steps.length === 0 ? <p className={styles.none}>{t('journey.none')}</p> : <Steps journey={journey} />)}
    </Panel>
  );
}

function Steps({ journey: { steps, matters } }: { journey: Journey }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const zone = useZone();
  const name = useNames();
  const [all, setAll] = useState(false);
  // Where a matter came to an employee is said at its last step.
  const bounced = new Set(matters.filter((one) => one.bounced).map((one) => one.steps.at(-1)));
  return (
    <>
      <ol className={styles.lines}>
        {steps.slice(0, all ? undefined : FEW).map((step) => (
          <li key={`${step.source}/${step.id}`}>
            <span>
              {name('channel', step.channel)} · {name('service', step.service)}
            </span>
            <span className={styles.quiet}>
              <time dateTime={step.at}>{format.instant(step.at, zone)}</time>
              <span data-outcome={step.outcome}>{t(`outcome.${step.outcome as 'failed'}`)}</span>
              {step.reason && <span>{name('reason', step.reason)}</span>}
              {step.amount !== null && <span>{format.amount(step.amount)}</span>}
              {bounced.has(`${step.source}/${step.id}`) && <span>{t('journey.bounced')}</span>}
            </span>
          </li>
        ))}
      </ol>
      {!all && steps.length > FEW && (
        <button type="button" className={styles.small} onClick={() => setAll(true)}>
          {t('journey.all', { count: steps.length })}
        </button>
      )}
    </>
  );
}
