import { Select } from 'antd';
import { useState } from 'react';
import { useNames } from '@/api/catalogue';
import { type Definition, useDefinitions } from '@/api/indicators';
import { useFilterWords } from '@/filters/words';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import styles from './explore.module.css';
import { messages } from './messages';
import { SavedViews } from './saved-views';
import { useAsked, useQuestions } from './use-explore';

const GRAINS = ['hour', 'day', 'month'] as const;

/** What is asked: indicator, breakdown, grain; and what is done with the view. */
export function Toolbar({ definition }: { definition: Definition }) {
  const t = useMessages(messages);
  const language = useLanguage();
  const words = useFilterWords();
  const name = useNames();
  const definitions = useDefinitions();
  const { indicator, setIndicator, asked, setBy, setGrain, setService } = useAsked();
  const { by } = useQuestions(definition);
  const [said, setSaid] = useState('');
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setSaid(t('copied'));
  };
  return (
    <section className={styles.toolbar} aria-label={t('question')}>
      <Select
        className={styles.indicator}
        aria-label={t('indicator')}
        showSearch={{ optionFilterProp: 'label' }}
        value={indicator}
        popupMatchSelectWidth={false}
        options={[...definitions.values()].map(({ id, names }) => ({ value: id, label: nameIn(names, language) }))}
        onChange={setIndicator}
      />
      <label>
        {t('by')}
        <select value={by ?? ''} onChange={({ target }) => setBy(target.value)}>
          <option value="">{t('by.none')}</option>
          {definition.dimensions.map((dimension) => (
            <option key={dimension} value={dimension}>
              {words.dimension(dimension)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('grain')}
        <select value={asked.grain} onChange={({ target }) => setGrain(target.value)}>
          <option value="">{t('grain.auto')}</option>
          {GRAINS.filter((grain) => definition.grains.includes(grain)).map((grain) => (
            <option key={grain} value={grain}>
              {t(`grain.${grain}`)}
            </option>
          ))}
        </select>
      </label>
      {asked.service.length > 0 && (
        <span className={styles.chip}>
          {t('service', { name: asked.service.map((code) => name('service', code)).join(t('list')) })}
          <button type="button" aria-label={t('service.clear')} onClick={() => setService('')}>
            ×
          </button>
        </span>
      )}
      <div className={styles.views}>
        <SavedViews />
        <button type="button" className={styles.button} onClick={() => void copy()}>
          {t('copy')}
        </button>
        <span role="status" className={styles.said}>
          {said}
        </span>
      </div>
    </section>
  );
}
