import { Button } from 'antd';
import { useState } from 'react';
import type { TicketDetail } from '@/api/tickets';
import { Refused } from '@/kit/form';
import { Meanwhile } from '@/kit/record';
import styles from './tickets.module.css';
import { useTicketStep } from './use-ticket-step';
import { useTicketWords } from './words';

const SIDES = ['customer', 'internal'] as const;
type Side = (typeof SIDES)[number];

/** A word to the customer, or among colleagues: two texts of their own, so that none is ever said to the wrong side. [D6] */
export function Composer({ detail, notify }: { detail: TicketDetail; notify: (text: string) => void }) {
  const words = useTicketWords();
  const { t } = words;
  const [side, setSide] = useState<Side>('customer');
  const [texts, setTexts] = useState<Record<Side, string>>({ customer: '', internal: '' });
  const step = useTicketStep(detail, { follows: true }, () => {
    setTexts((now) => ({ ...now, [side]: '' }));
    notify(t(`said.${side}`));
  });
  const text = texts[side];
  return (
    <form
      className={styles.composer}
      data-to={side}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !step.busy) step.submit({ what: 'comment', text, to: side });
      }}
    >
      <div className={styles.sides} role="group" aria-label={t('composer')}>
        {SIDES.map((one) => (
          <button key={one} type="button" aria-pressed={one === side} data-to={one} onClick={() => setSide(one)}>
            {t(`side.${one}`)}
          </button>
        ))}
      </div>
      <label>
        {t(`write.${side}`)}
        <textarea
          rows={4}
          maxLength={8_000}
          value={text}
          placeholder={t(`hint.${side}`)}
          onChange={({ target }) => setTexts((now) => ({ ...now, [side]: target.value }))}
        />
      </label>
      {step.stale && <Meanwhile title={t('stale')} hint={t('stale.comment')} lines={step.news} />}
      {step.error && <Refused error={step.error} />}
      <div>
        <Button htmlType="submit" type={side === 'customer' ? 'primary' : 'default'} loading={step.busy} disabled={!text.trim()}>
          {t(`send.${side}`)}
        </Button>
      </div>
    </form>
  );
}
