import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { must } from '../../../../lib/assert';
import { KPI_KEYS } from '../../../../lib/contracts/kpi';
import messages from '../../../../messages/en.json';

const css = readFileSync(new URL('../../../../components/ui/tokens.css', import.meta.url), 'utf8');

/** The colours of one theme, by token. */
function tokens(theme: 'dark' | 'light'): ReadonlyMap<string, string> {
  const start = css.indexOf(`[data-theme="${theme}"]`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [
      must(m[1], 'name'),
      must(m[2], 'colour'),
    ]),
  );
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const channel = (at: number) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT: readonly (readonly [ink: string, ground: string])[] = [
  ['ink', 'ground'],
  ['ink', 'tile'],
  ['ink', 'tile-2'],
  ['soft', 'ground'],
  ['soft', 'tile'],
  ['soft', 'tile-2'],
  ['soft', 'hatch'],
  ['soft', 'crit-row'],
  ['ink', 'crit-row'],
  ['warn', 'tile'],
  ['warn', 'ground'],
  ['crit-ink', 'crit'],
  ['accent-ink', 'accent'],
  ['crit-text', 'crit-row'],
  ['crit-text', 'tile'],
];

const SHAPES: readonly (readonly [shape: string, ground: string])[] = [
  ['accent', 'ground'],
  ['accent', 'tile'],
  ['trend', 'tile'],
  ['trend-past', 'tile'],
  ['mark', 'tile'],
  ['crit', 'tile'],
  ['crit', 'crit-row'],
  ['warn', 'tile'],
  ['hatch-edge', 'tile'],
];

describe('colours', () => {
  for (const theme of ['dark', 'light'] as const) {
    const colours = tokens(theme);
    const of = (name: string) => must(colours.get(name), `--${name} of ${theme}`);

    it.each(TEXT)(`UI-17 has text of 7:1 in the ${theme} theme: %s on %s`, (ink, ground) => {
      expect(contrast(of(ink), of(ground))).toBeGreaterThanOrEqual(7);
    });

    it.each(SHAPES)(`UI-17 has shapes of 3:1 in the ${theme} theme: %s on %s`, (shape, ground) => {
      expect(contrast(of(shape), of(ground))).toBeGreaterThanOrEqual(3);
    });

    it(`UI-17 has no pure white or black in the ${theme} theme`, () => {
      expect([...colours.values()].filter((colour) => colour === '#ffffff' || colour === '#000000')).toEqual(
        [],
      );
    });
  }
});

describe('words', () => {
  it('UI-22 exist for every KPI, long, short and inside a sentence; the short ones are short', () => {
    const kpis = new Map(Object.entries(messages.kpi));
    expect([...kpis.keys()].sort()).toEqual([...KPI_KEYS].sort());
    for (const words of kpis.values()) {
      expect([words.label, words.short, words.phrase].every((word) => word.length > 0)).toBe(true);
      expect(words.short.length).toBeLessThanOrEqual(9);
    }
  });
});
