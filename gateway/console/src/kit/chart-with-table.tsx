import { useCallback, useMemo, useRef, useState } from 'react';
import { useFormatter } from '@/format/use-formatter';
import { useMessages } from '@/i18n/messages';
import { useColours } from '@/theme/theme';
import { Chart } from './chart';
import { chartColumns, chartRows, describePoint, tipElement } from './chart-text';
import { axisOf, type ChartContent } from './chart-types';
import styles from './chart.module.css';
import { DataTable } from './data-table';
import { ExportMenu } from './export-menu';
import { type About, saveCsv, savePng, saveSvg, saveXlsx, svgText } from './files';
import { MarkGlyph } from './mark-glyph';
import { kitMessages } from './messages';

interface Props {
  title: string;
  content: ChartContent;
  /** The finding in one sentence; shown, and read out in place of the drawing. */
  summary: string;
  height: number;
  /** For files: name without extension, and what is in them. */
  file: { name: string; about: About };
  /** Where the server makes the same as a file, it does so in place of the browser. */
  hrefs?: { csv: string; xlsx: string };
  /** In place of one chart with all lines: small multiples. */
  drawing?: React.ReactNode;
}

/** A chart that can be read without seeing it: a sentence, arrow keys, a table, a legend of real buttons; and taken away as a file. [A2] */
export function ChartWithTable({ title, content, summary, height, file, hrefs, drawing }: Props) {
  const t = useMessages(kitMessages);
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const frame = useRef<HTMLDivElement>(null);
  const shown = useMemo(
    () => ({ ...content, series: content.series.filter(({ key }) => !hidden.has(key)) }),
    [content, hidden],
  );
  const columns = chartColumns(content, t, useFormatter());
  const rows = chartRows(content);
  const sheet = { name: file.name, columns, rows, about: file.about };
  const colours = useColours();
  const picture = () => {
    const svg = frame.current?.querySelector('svg');
    return svg ? svgText(svg, title, file.about, colours) : null;
  };
  const toggle = (key: string) =>
    setHidden((now) => (now.has(key) ? new Set([...now].filter((one) => one !== key)) : new Set([...now, key])));

  return (
    <figure className={styles.figure}>
      <div className={styles.top}>
        <figcaption className={styles.summary}>{summary}</figcaption>
        <div className={styles.tools}>
          <button type="button" className={styles.toggle} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? t('asChart') : t('asTable')}
          </button>
          <ExportMenu
            name={file.name}
            hrefs={hrefs}
            csv={() => saveCsv(sheet)}
            xlsx={() => void saveXlsx(sheet)}
            svg={asTable || drawing ? undefined : () => withText(picture(), (text) => saveSvg(text, file.name))}
            png={asTable || drawing ? undefined : () => withText(picture(), (text) => void savePng(text, file.name))}
          />
        </div>
      </div>
      {asTable ? (
        <DataTable caption={title} columns={columns} rows={rows} rowKey={(row) => `${row.series.key} ${row.point.at}`} />
      ) : (
        (drawing ?? <>
          {content.series.length > 1 && <Legend content={content} hidden={hidden} toggle={toggle} />}
          <ReadableChart title={title} content={shown} summary={summary} height={height} frame={frame} />
        </>)
      )}
    </figure>
  );
}

function withText(text: string | null, take: (text: string) => void): void {
  if (text !== null) take(text);
}

function Legend({ content, hidden, toggle }: { content: ChartContent; hidden: ReadonlySet<string>; toggle: (key: string) => void }) {
  const t = useMessages(kitMessages);
  return (
    <ul className={styles.legend}>
      {content.series.map(({ key, name, mark, compared }) => (
        <li key={key}>
          <button type="button" aria-pressed={!hidden.has(key)} title={t('show', { name })} onClick={() => toggle(key)}>
            <MarkGlyph mark={mark} compared={compared} />
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}

type Readable = Pick<Props, 'title' | 'content' | 'summary' | 'height'> & { frame: React.RefObject<HTMLDivElement | null> };

/** The arrow keys go from point to point; a screen reader hears each as the value of a slider. */
function ReadableChart({ title, content, summary, height, frame }: Readable) {
  const t = useMessages(kitMessages);
  const format = useFormatter();
  const axis = useMemo(() => axisOf(content.series, content.kind), [content]);
  const [reading, setReading] = useState<number | null>(null);
  const last = axis.length - 1;
  const at = Math.min(reading ?? last, last);
  const describe = useCallback((point: string) => tipElement(content, point, format, t), [content, format, t]);
  const move = (key: string) => {
    const next = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[key];
    if (next === undefined) return false;
    setReading(Math.max(0, Math.min(last, next)));
    return true;
  };
  return (
    <div className={styles.frame}>
      <Chart content={content} height={height} summary={summary} reading={reading} describe={describe} frame={frame} />
      {axis.length > 0 && (
        <div
          className={styles.reader}
          role="slider"
          tabIndex={0}
          aria-label={t('readPoints', { title })}
          aria-valuemin={0}
          aria-valuemax={last}
          aria-valuenow={at}
          aria-valuetext={describePoint(content, axis[at]!, format, t)}
          onKeyDown={(event) => {
            if (move(event.key)) event.preventDefault();
            else if (event.key === 'Escape') setReading(null);
          }}
          onBlur={() => setReading(null)}
        />
      )}
    </div>
  );
}
