/** Contrast of text by WCAG 2.2, also of a picture that is dimmed. Pure; colours are `#rrggbb`. */
import type { Board, DaySpan } from '../../../lib/contracts/board';
import { THE_BOARD } from '../selection';
import type { Check } from './check';

/** What floor screens write on what (board.css, tile.css, floor.css). */
export const TEXT_ON_GROUND: readonly (readonly [ink: string, ground: string])[] = [
  ['ink', 'ground'],
  ['ink', 'tile'],
  ['soft', 'ground'],
  ['soft', 'tile'],
  ['soft', 'hatch'],
  ['soft', 'crit-row'],
  ['ink', 'crit-row'],
  ['warn', 'tile'],
  ['crit-ink', 'crit'],
  ['crit-text', 'crit-row'],
  ['crit-text', 'tile'],
];
export const LEAST_CONTRAST = 7;

/** Between 1 and 21. `percent`: of the full brightness; dimming takes the same part from each channel. */
export function contrastOf(a: string, b: string, percent = 100): number {
  const [light = 0, dark = 0] = [luminance(a, percent), luminance(b, percent)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string, percent: number): number {
  const channel = (at: number) => {
    const part = (Number.parseInt(hex.slice(at, at + 2), 16) / 255) * (percent / 100);
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Colours by token, without the dashes; a token that is not there is not checked. */
export type Tokens = ReadonlyMap<string, string>;

/** The least contrast of any text; 21 where no colour is known. */
export function leastContrast(tokens: Tokens, percent = 100): number {
  const ratios = TEXT_ON_GROUND.map(([ink, ground]) => {
    const [a, b] = [tokens.get(ink), tokens.get(ground)];
    return a === undefined || b === undefined ? 21 : contrastOf(a, b, percent);
  });
  return Math.min(21, ...ratios);
}

export function contrastChecks(board: Board, tokens: Tokens): readonly Check[] {
  const full = leastContrast(tokens);
  const theme = board.theme ?? 'dark';
  const ofTheme: readonly Check[] =
    full < LEAST_CONTRAST
      ? [{ ...BASE, id: 'contrast', key: 'contrast', values: { ratio: rounded(full), theme } }]
      : [];
  const ofDimming = (board.dimming ?? []).flatMap(({ span, percent }, index) => {
    const ratio = leastContrast(tokens, percent);
    if (ratio >= LEAST_CONTRAST || full < LEAST_CONTRAST) return [];
    const values = { ...timesOf(span), percent, ratio: rounded(ratio), least: leastPercent(tokens) };
    return [{ ...BASE, id: `dimmed-${index}`, key: 'dimmed', values }];
  });
  return [...ofTheme, ...ofDimming];
}
const BASE = { severity: 'warning', where: THE_BOARD } as const;

function timesOf({ from, to }: DaySpan) {
  return { from, to };
}

/** Rounded down: 6.97 is not 7. */
function rounded(ratio: number): number {
  return Math.floor(ratio * 10) / 10;
}

function leastPercent(tokens: Tokens): number {
  for (let percent = 10; percent < 100; percent += 1) {
    if (leastContrast(tokens, percent) >= LEAST_CONTRAST) return percent;
  }
  return 100;
}
