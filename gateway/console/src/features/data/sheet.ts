import { useOperator } from '@/api/operator';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import type { Column } from '@/kit/data-table';
import { type About, fileName } from '@/kit/files';
import { messages } from './messages';

export interface Sheets {
  zone: string;
  /** An instant in the operator's zone; a dash for none. */
  instant: (instant: string | null) => string;
  day: (day: string | null) => string;
  /** A file of the rows that are shown; columns without a title are buttons. */
  of: <Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[], readAt: number, ...more: About) => Sheet<Row>;
}

interface Sheet<Row> {
  name: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  about: About;
}

export function useSheets(): Sheets {
  const t = useMessages(messages);
  const format = useFormatter();
  const zone = useOperator()?.timeZone ?? 'UTC';
  const instant = (text: string | null) => (text ? format.instant(text, zone) : '–');
  return {
    zone,
    instant,
    day: (day) => (day ? format.at(day) : '–'),
    of: (title, columns, rows, readAt, ...more) => {
      const asOf = instant(new Date(readAt).toISOString());
      const figures = columns.filter(({ key }) => key !== 'actions');
      return { name: fileName(title, asOf), columns: figures, rows, about: [[t('about.asOf'), asOf], [t('about.zone'), zone], ...more] };
    },
  };
}
