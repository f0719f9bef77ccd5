import { converter, differenceCiede2000, filterDeficiencyDeuter, filterDeficiencyProt, parse, wcagContrast } from 'culori';
import { describe, expect, it } from 'vitest';
import { CHANNEL_MARKS } from './channels';
import { type Colours, DARK, LIGHT } from './colours';

const lab = converter('lab');
const distance = differenceCiede2000();
const views = { protanopia: filterDeficiencyProt(1), deuteranopia: filterDeficiencyDeuter(1) };
const themes: [string, 'light' | 'dark', Colours][] = [
  ['light', 'light', LIGHT],
  ['dark', 'dark', DARK],
];

describe.each(themes)('the %s theme', (_, theme, colours) => {
  const marks = Object.entries(CHANNEL_MARKS).map(([code, mark]) => ({ code, colour: mark[theme] }));

  it.each(Object.entries(views))('keeps channels apart with %s', (_, seen) => {
    const near = marks.flatMap((one, i) =>
      marks.slice(i + 1).flatMap((other) => {
        const apart = distance(lab(seen(parse(one.colour)!))!, lab(seen(parse(other.colour)!))!);
        return apart < 9 ? [`${one.code} and ${other.code}: ${apart.toFixed(1)}`] : [];
      }),
    );
    expect(near).toEqual([]);
  });

  it.each(marks)('shows $code with 3:1 on its panel', ({ colour }) =>
    expect(wcagContrast(colour, colours.surface)).toBeGreaterThanOrEqual(3));

  it.each([
    ['text', 'background'],
    ['text', 'surface'],
    ['text', 'raised'],
    ['secondary', 'background'],
    ['secondary', 'surface'],
    ['secondary', 'raised'],
    ['primary', 'surface'],
    ['primary', 'background'],
    ['primary', 'primarySoft'],
    ['better', 'surface'],
    ['worse', 'surface'],
    ['success', 'successSoft'],
    ['warning', 'warningSoft'],
    ['error', 'errorSoft'],
    ['error', 'surface'],
  ] as const)('writes %s on %s with 4.5:1', (text, on) => expect(wcagContrast(colours[text], colours[on])).toBeGreaterThanOrEqual(4.5));
});

it.each(themes)('in the %s theme white can be read on a button under the pointer', (_, _theme, { pressed }) =>
  expect(wcagContrast('#ffffff', pressed)).toBeGreaterThanOrEqual(4.5));

it('no two channels share marker and dash', () => {
  const shapes = Object.values(CHANNEL_MARKS).map((mark) => `${mark.marker} ${mark.dash.join()}`);
  expect(new Set(shapes).size).toBe(shapes.length);
});
