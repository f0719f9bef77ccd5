import type { Column } from './data-table';

/** What every file says about itself: filters, period, zone, version, as rows of label and text. */
export type About = readonly (readonly [string, string])[];

export interface Sheet<Row> {
  /** report_scope_from_to_asof, without extension. */
  name: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  about: About;
}

const BOM = '\uFEFF';

/** `report_scope_from_to_asof`, of characters that every file system takes. [E1] */
export function fileName(...parts: string[]): string {
  return parts
    .filter(Boolean)
    .map((part) => part.replace(/[\s\\/:*?"<>|]+/g, '-'))
    .join('_');
}

/** CSV that a spreadsheet reads in Chinese, and in which no cell is a formula. [E2] */
export function csv<Row>({ columns, rows, about }: Omit<Sheet<Row>, 'name'>): string {
  const lines = [
    columns.map((column) => quote(column.title)),
    ...rows.map((row) => columns.map((column) => quote(column.value(row)))),
    [],
    ...about.map(([label, text]) => [quote(label), quote(text)]),
  ];
  return BOM + lines.map((line) => line.join(',')).join('\r\n') + '\r\n';
}

function quote(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function saveCsv<Row>(sheet: Sheet<Row>): void {
  save(new Blob([csv(sheet)], { type: 'text/csv;charset=utf-8' }), `${sheet.name}.csv`);
}

/** Numbers stay numbers. The writer is loaded when it is asked for. */
export async function saveXlsx<Row>({ name, columns, rows, about }: Sheet<Row>): Promise<void> {
  const { default: writeXlsx } = await import('write-excel-file/browser');
  const head = columns.map((column) => ({ value: column.title, fontWeight: 'bold' as const }));
  const cell = (value: string | number | null) => (value === null ? null : { value });
  const figures = [head, ...rows.map((row) => columns.map((column) => cell(column.value(row))))];
  const notes = about.map(([label, text]) => [{ value: label }, { value: text }]);
  const blob = await writeXlsx([
    { data: figures, sheet: 'Figures' },
    { data: notes, sheet: 'About' },
  ]).toBlob();
  save(blob, `${name}.xlsx`);
}

/** The chart as it is drawn, with its title and what it is of, as a picture of its own. */
export function svgText(svg: SVGSVGElement, title: string, about: About, colours: { surface: string; text: string }): string {
  const width = svg.clientWidth || Number(svg.getAttribute('width'));
  const height = svg.clientHeight || Number(svg.getAttribute('height'));
  const inner = svg.cloneNode(true) as SVGSVGElement;
  inner.setAttribute('y', '34');
  inner.removeAttribute('style');
  const foot = about.map(([label, text]) => `${label}: ${text}`).join(' · ');
  const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const font = 'font-family="sans-serif"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + 60}">`,
    `<rect width="100%" height="100%" fill="${colours.surface}"/>`,
    `<text x="12" y="24" ${font} font-size="16" font-weight="600" fill="${colours.text}">${escape(title)}</text>`,
    new XMLSerializer().serializeToString(inner),
    `<text x="12" y="${height + 50}" ${font} font-size="11" fill="${colours.text}">${escape(foot)}</text>`,
    '</svg>',
  ].join('');
}

export function saveSvg(text: string, name: string): void {
  save(new Blob([text], { type: 'image/svg+xml' }), `${name}.svg`);
}

/** Twice as many pixels as on the screen, for slides. */
export async function savePng(text: string, name: string): Promise<void> {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = picture.width * 2;
  canvas.height = picture.height * 2;
  const context = canvas.getContext('2d')!;
  context.scale(2, 2);
  context.drawImage(picture, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) save(blob, `${name}.png`);
}

export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  saveAddress(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function saveAddress(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
