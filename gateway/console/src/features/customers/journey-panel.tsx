import { useQuery } from '@tanstack/react-query';
import { type Journey, journeyQuery, type Step } from '@/api/customers';
import { useUrlParam } from '@/filters/filters';
import { Panel } from '@/kit/panel';
import { Choice, Note, Tag, type Tone } from '@/kit/record';
import styles from './customers.module.css';
import { type Told, told } from './journey';
import { useCustomerWords } from './words';

const DAYS = ['7', '14', '35'] as const;

/** What the customer did over all channels, by matter: 72 hours of one group of services, or one task. */
export function JourneyPanel({ id }: { id: string }) {
  const { t } = useCustomerWords();
  const [text, setDays] = useUrlParam('d', DAYS[0]);
  const days = DAYS.find((one) => one === text) ?? DAYS[0];
  const query = useQuery(journeyQuery(id, Number(days)));
  return (
    <Panel
      title={t('journey')}
      query={query}
      height={200}
      actions={<Choice label={t('days')} value={days} options={DAYS.map((value) => ({ value, label: t('days.n', { days: value }) }))} onChange={setDays} />}
    >
      {(journey) => <Matters journey={journey} days={days} />}
    </Panel>
  );
}

function Matters({ journey, days }: { journey: Journey; days: string }) {
  const { t, time } = useCustomerWords();
  if (journey.matters.length === 0) return <Note>{t('journey.none', { days })}</Note>;
  return (
    <>
      <Note>{t('journey.count', { n: journey.matters.length, since: time(journey.since) })}</Note>
      {journey.more && <Note>{t('journey.more')}</Note>}
      <ol className={styles.matters}>
        {told(journey).map((one) => (
          <MatterCard key={one.key} told={one} />
        ))}
      </ol>
    </>
  );
}

function MatterCard({ told: { matter, steps } }: { told: Told }) {
  const { t, name, time } = useCustomerWords();
  return (
    <li>
      <div className={styles.matterHead}>
        <strong>{steps[0] ? name('service', steps[0].service) : ''}</strong>
        <span>{matter.channels.map((code) => name('channel', code)).join(' → ')}</span>
        <Tag tone={matter.solved ? 'good' : 'warn'} sign={matter.solved ? '✓' : '✕'}>
          {t(matter.solved ? 'matter.solved' : 'matter.open')}
        </Tag>
        {matter.bounced && (
          <Tag tone="bad" sign="↩">
            {t('matter.bounced')}
          </Tag>
        )}
        {matter.hopped && (
          <Tag tone="warn" sign="⇄">
            {t('matter.hopped', { n: matter.channels.length })}
          </Tag>
        )}
        <span className={styles.when}>{matter.from === matter.to ? time(matter.from) : t('matter.span', { from: time(matter.from), to: time(matter.to) })}</span>
      </div>
      <ol className={styles.stepList}>
        {steps.map((step) => (
          <StepLine key={`${step.source}/${step.id}`} step={step} />
        ))}
      </ol>
    </li>
  );
}

const OUTCOMES: Record<string, Tone> = { success: 'good', failed: 'bad', abandoned: 'warn' };

function StepLine({ step }: { step: Step }) {
  const { t, format, name, time } = useCustomerWords();
  const { outcome } = step;
  const known = outcome === 'success' || outcome === 'failed' || outcome === 'abandoned';
  return (
    <li>
      <span className={styles.when}>{time(step.at)}</span>
      <span>{name('channel', step.channel)}</span>
      <span>{name('service', step.service)}</span>
      <Tag tone={OUTCOMES[outcome] ?? 'quiet'}>{known ? t(`outcome.${outcome}`) : outcome}</Tag>
      {step.reason && <span>{name('reason', step.reason)}</span>}
      {step.assisted && <span>{t('assisted')}</span>}
      {step.amount !== null && <span>{format.amount(step.amount)}</span>}
    </li>
  );
}
