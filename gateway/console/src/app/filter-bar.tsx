import { Select } from 'antd';
import { useState } from 'react';
import { useCatalogue, useNames } from '@/api/catalogue';
import { useToday } from '@/api/operator';
import { useFilters } from '@/filters/filters';
import { addDays, type Compare, type Days, daysBetween, daysOf, defaultCompare, PRESETS } from '@/filters/period';
import { useFilterWords } from '@/filters/words';
import { useMessages } from '@/i18n/messages';
import { Dialog } from '@/kit/dialog';
import { appMessages } from './messages';
import styles from './shell.module.css';

const CUSTOM = 'custom';
const COMPARES: readonly Compare[] = ['previous', 'weekday', 'year', 'lunar', 'none'];

/** Period, comparison, channel, region, brand: the same on every screen, and in the address. [L1, L5] */
export function FilterBar() {
  const t = useMessages(appMessages);
  const { filters, change } = useFilters();
  const catalogue = useCatalogue();
  return (
    <section className={styles.filterBar} aria-label={t('filterBar')}>
      <PeriodSelect />
      <CompareSelect />
      <CodeSelect label={t('channel')} dimension="channel" codes={catalogue?.channels.map(({ code }) => code)} value={filters.channel} onChange={(channel) => change({ channel })} />
      <CodeSelect label={t('region')} dimension="region" codes={catalogue?.regions.map(({ code }) => code)} value={filters.region} onChange={(region) => change({ region })} />
      <CodeSelect label={t('brand')} dimension="brand" codes={catalogue?.brands.map(({ code }) => code)} value={filters.brand} onChange={(brand) => change({ brand })} />
    </section>
  );
}

function PeriodSelect() {
  const t = useMessages(appMessages);
  const words = useFilterWords();
  const { filters, change } = useFilters();
  const today = useToday();
  const [custom, setCustom] = useState(false);
  const known = (PRESETS as readonly string[]).includes(filters.period);
  const options = [
    ...PRESETS.map((preset) => ({ value: preset as string, label: words.periodName(preset) })),
    ...(known ? [] : [{ value: filters.period as string, label: words.period }]),
    { value: CUSTOM, label: t('custom') },
  ];
  return (
    <>
      <Select
        aria-label={t('period')}
        value={filters.period as string}
        options={options}
        popupMatchSelectWidth={false}
        onChange={(period) => (period === CUSTOM ? setCustom(true) : change({ period }))}
      />
      <Dialog title={t('custom.title')} open={custom} onClose={() => setCustom(false)} width={380}>
        <CustomRange days={daysOf(filters.period, today)} onChoose={(period) => change({ period })} onDone={() => setCustom(false)} />
      </Dialog>
    </>
  );
}

interface RangeProps {
  days: Days;
  onChoose: (range: string) => void;
  onDone: () => void;
}

function CustomRange({ days, onChoose, onDone }: RangeProps) {
  const t = useMessages(appMessages);
  const [from, setFrom] = useState(days.from);
  const [to, setTo] = useState(addDays(days.to, -1));
  return (
    <form
      className={styles.custom}
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(`${from}..${to}`);
        onDone();
      }}
    >
      <label>
        {t('from')}
        <input type="date" required max={to} value={from} onChange={({ target }) => setFrom(target.value)} />
      </label>
      <label>
        {t('to')}
        <input type="date" required min={from} value={to} onChange={({ target }) => setTo(target.value)} />
      </label>
      <div className={styles.customButtons}>
        <button type="button" className={styles.quiet} onClick={onDone}>
          {t('cancel')}
        </button>
        <button type="submit" className={styles.main}>
          {t('apply')}
        </button>
      </div>
    </form>
  );
}

function CompareSelect() {
  const t = useMessages(appMessages);
  const words = useFilterWords();
  const { filters, change } = useFilters();
  const today = useToday();
  const [custom, setCustom] = useState(false);
  const days = daysOf(filters.period, today);
  const usual = defaultCompare(days);
  const length = daysBetween(days.from, days.to);
  const options = COMPARES.map((compare) => ({
    value: compare as string,
    label: compare === usual ? t('compare.default', { name: words.compareName(compare) }) : words.compareName(compare),
  }));
  return (
    <>
      <Select
        aria-label={t('compare')}
        value={(filters.compare ?? usual) as string}
        popupMatchSelectWidth={false}
        options={[...options, { value: CUSTOM, label: t('custom') }]}
        labelRender={({ value }) => words.compareName(String(value))}
        onChange={(compare) => (compare === CUSTOM ? setCustom(true) : change({ compare: compare === usual ? null : compare }))}
      />
      <Dialog title={t('custom.compare')} open={custom} onClose={() => setCustom(false)} width={380}>
        <CustomRange
          days={{ from: addDays(days.from, -length), to: days.from }}
          onChoose={(compare) => change({ compare })}
          onDone={() => setCustom(false)}
        />
      </Dialog>
    </>
  );
}

interface CodeSelectProps {
  label: string;
  dimension: 'channel' | 'region' | 'brand';
  codes: readonly string[] | undefined;
  value: readonly string[];
  onChange: (codes: string[]) => void;
}

function CodeSelect({ label, dimension, codes, value, onChange }: CodeSelectProps) {
  const t = useMessages(appMessages);
  const name = useNames();
  return (
    <Select
      mode="multiple"
      aria-label={label}
      placeholder={t('all', { label })}
      className={styles.codes}
      maxTagCount="responsive"
      optionFilterProp="label"
      loading={codes === undefined}
      popupMatchSelectWidth={false}
      value={[...value]}
      options={(codes ?? []).map((code) => ({ value: code, label: name(dimension, code) }))}
      onChange={onChange}
    />
  );
}
