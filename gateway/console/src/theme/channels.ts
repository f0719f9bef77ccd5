/** How a channel is drawn, everywhere: [N9]. Colour, marker and dash, so that nothing depends on colour alone. */
export interface Mark {
  light: string;
  dark: string;
  marker: Marker;
  dash: readonly number[];
}

export type Marker = 'circle' | 'rect' | 'triangle' | 'diamond' | 'pin' | 'arrow' | 'roundRect';

const SOLID: readonly number[] = [];
const DASHED: readonly number[] = [8, 4];
const DOTTED: readonly number[] = [2, 3];

/** Found by search: the least distance of two is 14.9 (light) and 16.3 (dark) in CIEDE2000, seen with full protanopia or deuteranopia. */
export const CHANNEL_MARKS: Readonly<Record<string, Mark>> = {
  app: { light: '#5253e1', dark: '#927efc', marker: 'circle', dash: SOLID },
  web: { light: '#2d918e', dark: '#90dfc1', marker: 'rect', dash: SOLID },
  sms: { light: '#809703', dark: '#d8d410', marker: 'triangle', dash: SOLID },
  ivr: { light: '#901d7d', dark: '#b3429d', marker: 'diamond', dash: SOLID },
  ussd: { light: '#716f2b', dark: '#7d7a06', marker: 'circle', dash: DASHED },
  wap: { light: '#9284eb', dark: '#e0bcf7', marker: 'rect', dash: DASHED },
  kiosk: { light: '#0a684e', dark: '#2a7c62', marker: 'triangle', dash: DASHED },
  counter: { light: '#a50c1f', dark: '#d62332', marker: 'diamond', dash: DASHED },
  agent: { light: '#ed3e68', dark: '#bf7e9f', marker: 'circle', dash: DOTTED },
  'desk-12580': { light: '#c6816e', dark: '#73a472', marker: 'rect', dash: DOTTED },
};

const OTHER: Mark = { light: '#5c6773', dark: '#9aa5b1', marker: 'roundRect', dash: DOTTED };

/** What a line is compared with: the colour of no channel. */
export const COMPARED_MARK: Mark = { ...OTHER, dash: [2, 4] };

/** A channel that is not in the table is grey and dotted, told apart by its label. */
export function channelMark(code: string): Mark {
  return CHANNEL_MARKS[code] ?? OTHER;
}

const SERIES = ['app', 'counter', 'web', 'wap', 'ivr', 'sms', 'kiosk', 'agent', 'ussd', 'desk-12580'];

/** For series that are no channels: the same colours in the order of their distance. */
export function seriesMark(index: number): Mark {
  return CHANNEL_MARKS[SERIES[index % SERIES.length]!]!;
}
