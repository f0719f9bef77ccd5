/** The colours of both themes. Text and marks keep the contrast of WCAG 2.2 AA on their backgrounds; palette.test.ts computes it. */
export interface Colours {
  background: string;
  /** Panels and everything that stands on the background. */
  surface: string;
  raised: string;
  border: string;
  text: string;
  secondary: string;
  primary: string;
  /** A button of the primary colour under the pointer; white stands on it. */
  pressed: string;
  primarySoft: string;
  /** Text of a state on its soft background. */
  success: string;
  successSoft: string;
  warning: string;
  warningSoft: string;
  error: string;
  errorSoft: string;
  /** The pair for better and worse that does not mean traffic lights: blue and orange. */
  better: string;
  worse: string;
  /** Qualitative ranges of bullets, from poor to good, and grid lines. */
  range: readonly [string, string, string];
  grid: string;
}

export const LIGHT: Colours = {
  background: '#f3f5f9',
  surface: '#ffffff',
  raised: '#f7f9fc',
  border: '#dde2ea',
  text: '#14202e',
  secondary: '#4d5b6b',
  primary: '#0958d9',
  pressed: '#0746b0',
  primarySoft: '#e8f1ff',
  success: '#237804',
  successSoft: '#f6ffed',
  warning: '#874d00',
  warningSoft: '#fffbe6',
  error: '#a8071a',
  errorSoft: '#fff2f0',
  better: '#0958d9',
  worse: '#ad4e00',
  range: ['#d5dbe4', '#e3e8ef', '#f0f3f7'],
  grid: '#e6eaf0',
};

export const DARK: Colours = {
  background: '#0b0f14',
  surface: '#141414',
  raised: '#1c2128',
  border: '#333b46',
  text: '#e8edf3',
  secondary: '#a9b4c2',
  primary: '#6ba8ff',
  pressed: '#2a66b4',
  primarySoft: '#10233f',
  success: '#8fd460',
  successSoft: '#162312',
  warning: '#f0b648',
  warningSoft: '#2b2111',
  error: '#ff8f87',
  errorSoft: '#2c1618',
  better: '#6ba8ff',
  worse: '#f0a04b',
  range: ['#3d4652', '#2f3742', '#232a33'],
  grid: '#2a313b',
};
