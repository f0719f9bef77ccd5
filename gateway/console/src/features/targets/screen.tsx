import { Button, Select } from 'antd';
import { useState } from 'react';
import { useDefinitions } from '@/api/indicators';
import { useToday } from '@/api/operator';
import { useMay } from '@/api/session';
import { useUrlParam } from '@/filters/filters';
import { monthOf } from '@/filters/period';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { Notice, useNotice } from '@/kit/notice';
import { AddDialog } from './add-dialog';
import { AttainmentPanel } from './attainment-panel';
import { ChangesPanel } from './changes-panel';
import { ImportDialog } from './import-dialog';
import { messages } from './messages';
import { PhasingPanel } from './phasing-panel';
import styles from './targets.module.css';
import { useFolding } from './use-folding';
import { useTargetWords } from './words';

const MONTHS = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, '0'));

/** Targets: where a month stands, the months of a year, import, and who changed what. */
export function Screen() {
  const t = useMessages(messages);
  const current = monthOf(useToday());
  const [month, setMonth] = useUrlParam('m', current);
  const [indicator, setIndicator] = useUrlParam('i', '');
  const may = useMay('manager', 'admin');
  const folding = useFolding();
  const [notice, notify] = useNotice();
  const [dialog, setDialog] = useState<'add' | 'import' | null>(null);
  const valid = /^2\d{3}-(0[1-9]|1[0-2])$/.test(month) ? month : current;
  const year = valid.slice(0, 4);
  const all = () => setIndicator('');
  const close = () => setDialog(null);
  const buttons = may && (
    <>
      <Button onClick={() => setDialog('add')}>{t('add')}</Button>
      <Button onClick={() => setDialog('import')}>{t('import')}</Button>
    </>
  );
  return (
    <div className={styles.screen}>
      <div className={styles.bar}>
        <IndicatorSelect value={indicator} onChange={setIndicator} />
        <MonthStepper month={valid} onChange={setMonth} />
        <span className={styles.spacer} />
        {buttons}
      </div>
      <AttainmentPanel month={valid} indicator={indicator} folding={folding} onClear={all} />
      <PhasingPanel
        {...{ year, indicator, may, folding, notify }}
        onClear={all}
        current={valid}
        begin={may && <div className={styles.bar}>{buttons}</div>}
      />
      <ChangesPanel indicator={indicator} onClear={all} />
      {may && (
        <>
          <AddDialog open={dialog === 'add'} onClose={close} indicator={indicator} month={valid} onDone={(text) => notify({ text })} />
          <ImportDialog open={dialog === 'import'} year={year} onClose={close} />
        </>
      )}
      <Notice notice={notice} onClose={() => notify(null)} />
    </div>
  );
}

function IndicatorSelect({ value, onChange }: { value: string; onChange: (indicator: string) => void }) {
  const t = useMessages(messages);
  const words = useTargetWords();
  const possible = [...useDefinitions().values()].filter(({ kind }) => kind !== 'share');
  return (
    <Select
      aria-label={t('indicator')}
      className={styles.indicators}
      showSearch={{ optionFilterProp: 'label' }}
      popupMatchSelectWidth={false}
      value={value}
      options={[{ value: '', label: t('allIndicators') }, ...possible.map(({ id }) => ({ value: id, label: words.indicator(id) }))]}
      onChange={onChange}
    />
  );
}

function MonthStepper({ month, onChange }: { month: string; onChange: (month: string) => void }) {
  const t = useMessages(messages);
  const format = useFormatter();
  const year = Number(month.slice(0, 4));
  const number = month.slice(5);
  const step = (years: number) => onChange(`${year + years}-${number}`);
  return (
    <div className={styles.stepper} role="group" aria-label={t('month')}>
      <Button aria-label={t('year.before')} title={t('year.before')} onClick={() => step(-1)}>
        ‹
      </Button>
      <strong aria-label={t('year')}>{year}</strong>
      <Button aria-label={t('year.after')} title={t('year.after')} onClick={() => step(1)}>
        ›
      </Button>
      <Select
        aria-label={t('month')}
        value={month}
        popupMatchSelectWidth={false}
        options={MONTHS.map((one) => ({ value: `${year}-${one}`, label: format.at(`${year}-${one}`) }))}
        onChange={onChange}
      />
    </div>
  );
}
