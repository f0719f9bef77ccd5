import { Popover } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Definition } from '@/api/indicators';
import { useFormatter } from '@/format/use-formatter';
import { useLanguage } from '@/i18n/language';
import { nameIn, useMessages } from '@/i18n/messages';
import styles from './kit.module.css';
import { kitMessages } from './messages';

/** The "i" beside a number: what it is, how it is computed, from what, and who keeps the definition. [N1] */
export function DefinitionButton({ definition }: { definition: Definition }) {
  return (
    <InfoButton name={nameIn(definition.names, useLanguage())}>
      <DefinitionText definition={definition} />
    </InfoButton>
  );
}

/** The same for a number that is no indicator of the catalogue. */
export function InfoButton({ name, children }: { name: string; children: ReactNode }) {
  const t = useMessages(kitMessages);
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" title={name} content={children} classNames={{ root: styles.popover }}>
      <button type="button" className={styles.info} aria-label={t('definition', { name })} aria-expanded={open}>
        i
      </button>
    </Popover>
  );
}

/** Numerator ÷ denominator, in brackets where they are more than one word. */
export function formulaOf({ numerator, denominator }: Pick<Definition, 'numerator' | 'denominator'>): string {
  const bracketed = (text: string) => (text.includes(' ') ? `(${text})` : text);
  return denominator ? `${bracketed(numerator)} ÷ ${bracketed(denominator)}` : numerator;
}

export function DefinitionText({ definition }: { definition: Definition }) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  const language = useLanguage();
  const rows: [string, string | null][] = [
    [t('definition.formula'), formulaOf(definition)],
    [t('definition.numerator'), definition.denominator && definition.numerator],
    [t('definition.denominator'), definition.denominator],
    [t('definition.exclusions'), definition.exclusions],
    [t('definition.unit'), definition.unit],
    [t('definition.minimum'), definition.minimumN > 1 ? format.integer(definition.minimumN) : null],
    [t('definition.version'), t('definition.since', { version: String(definition.version), day: format.at(definition.validFrom) })],
    [t('definition.source'), t('definition.source.feeds')],
    [t('definition.owner'), t('definition.owner.catalogue')],
  ];
  return (
    <div className={styles.definition}>
      <p>{nameIn(definition.statement, language)}</p>
      <dl>
        {rows.map(([label, text]) =>
          text ? (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ) : null,
        )}
      </dl>
    </div>
  );
}
