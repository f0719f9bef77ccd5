import { Button } from 'antd';
import { type ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './data.module.css';

type Text<Row> = (row: Row) => string;

/** Codes and formulas, which may break anywhere. */
export const codeCell =
  <Row,>(text: Text<Row>) =>
  (row: Row): ReactNode => <span className={styles.code}>{text(row)}</span>;

export const linkCell =
  <Row,>(to: Text<Row>, text: Text<Row>) =>
  (row: Row): ReactNode => <Link to={to(row)}>{text(row)}</Link>;

/** Where the text of a row is what one presses to see more of it. */
export const openCell =
  <Row,>(text: Text<Row>, label: Text<Row>, open: (row: Row) => void) =>
  (row: Row): ReactNode => (
    <button type="button" className={styles.linkButton} title={label(row)} onClick={() => open(row)}>
      {text(row)}
    </button>
  );

export type Tone = 'good' | 'bad' | 'quiet' | 'plain';

/** A state: a sign and a word before the colour. */
export const stateCell =
  <Row,>(text: Text<Row>, tone: (row: Row) => Tone, sign: Text<Row> = () => '') =>
  (row: Row): ReactNode => (
    <span className={`${styles.state} ${tone(row) === 'plain' ? '' : styles[tone(row)]}`}>
      {sign(row) && <span aria-hidden="true">{sign(row)} </span>}
      {text(row)}
    </span>
  );

export interface RowAction<Row> {
  text: string;
  /** With the row's name: said after the text, which stays the button's name (WCAG 2.5.3). */
  label: Text<Row>;
  act: (row: Row) => void;
  /** Left out for some rows. */
  when?: (row: Row) => boolean;
}

export const actionsCell =
  <Row,>(actions: readonly RowAction<Row>[]) =>
  (row: Row): ReactNode => (
    <span className={styles.buttons}>
      {actions
        .filter(({ when }) => when?.(row) ?? true)
        .map(({ text, label, act }) => (
          <Button key={text} size="small" title={label(row)} onClick={() => act(row)}>
            {text}
          </Button>
        ))}
    </span>
  );
