import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../server/runtime/metrics';

const LINE = /^floorcast_x_total\{reason="(?:[^"\\\n]|\\[\\"n])*"\} \d+$/;

async function samplesOf(totals: Iterable<readonly [string, number]>): Promise<string[]> {
  const metrics = createMetrics();
  metrics.countersFrom('floorcast_x_total', 'Things', 'reason', () => totals);
  const lines = (await metrics.expose()).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

describe('label values', () => {
  it.each([
    'a"} 1\nfloorcast_forged_total{x="',
    'back\\slash\\',
    '\\',
    '\r\nfloorcast_forged_total 1',
    '\u2028\u0085\u001b[31m',
    '__proto__',
    'constructor',
    '',
  ])('SEC-54 forge no line: %j', async (value) => {
    const lines = await samplesOf([[value, 3]]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(LINE);
    expect(lines[0]).toMatch(/ 3$/);
    expect(lines[0]).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  });

  it('SEC-54 make one line each, whatever they are', async () => {
    const values = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(values, async (all) => {
        const lines = await samplesOf(all.map((value) => [value, 1]));
        for (const line of lines) expect(line).toMatch(LINE);
        const total = lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
        expect(total).toBe(all.length);
      }),
    );
  });

  it('SEC-54 are a hundred at most, of a hundred characters: the rest is counted together', async () => {
    const lines = await samplesOf(
      Array.from({ length: 5_000 }, (_, i) => [`r${i}${'x'.repeat(5_000)}`, 2] as const),
    );
    expect(lines).toHaveLength(101);
    expect(lines).toContain(`floorcast_x_total{reason="other"} ${(5_000 - 100) * 2}`);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(150);
  });
});
