import { describe, expect, it } from 'vitest';
import {
  groupState,
  percentAbove,
  roundTimes,
  sensorText,
  shownFault,
  sinceOf,
  type Wording,
  wordingThatFits,
  wordingWidthEm,
} from '../../../../components/alerts/line-words';
import { skewOf } from '../../../../components/alerts/skew';
import { fault, group } from './made-up-alerts';

const plain = (text: string): Wording => [{ text, tone: 'plain' }];
const textOf = (wording: Wording) => wording.map(({ text }) => text).join('');

describe('a line about devices', () => {
  it('UI-75 takes the fullest wording that has room', () => {
    const wordings = [plain('four hundred devices'), plain('400 devices'), plain('400')];
    const widths = wordings.map(wordingWidthEm);
    for (const [index, width] of widths.entries()) {
      expect(wordingThatFits(wordings, width)).toBe(wordings[index]);
    }
    expect(wordingThatFits([], 5)).toEqual([]);
  });

  it.each([
    ['a name without end', 'x'.repeat(128)],
    ['many words', 'word '.repeat(25)],
    ['markup', '<img src=x onerror=alert(1)>'.repeat(4)],
    ['letters of two halves', '🔥'.repeat(60)],
  ])('UI-75 cuts the longest piece of the tersest one where it must: %s', (_what, name) => {
    const cut = wordingThatFits(
      [
        [
          { text: name, tone: 'strong' },
          { text: ': ', tone: 'plain' },
          { text: 'leak', tone: 'strong' },
        ],
      ],
      12,
    );
    expect(wordingWidthEm(cut)).toBeLessThanOrEqual(12);
    expect(textOf(cut)).toMatch(/…: leak$/u);
    expect(textOf(cut)).not.toMatch(/\p{Cs}/u);
  });

  it.each([
    ['lost_heartbeat', 'lost heartbeat'],
    ['temperature', 'temperature'],
    ['__', '__'],
    ['a__b  c', 'a b c'],
  ])('UI-75 names the sensor %s as people read it', (sensor, text) => {
    expect(sensorText(sensor)).toBe(text);
  });

  it('UI-76 tells the hour only of what began lately', () => {
    const HOUR = 3_600_000;
    expect([0, 19.9 * HOUR, 20 * HOUR, 71 * HOUR, 72 * HOUR].map((age) => sinceOf(0, age))).toEqual([
      { kind: 'time', at: 0 },
      { kind: 'time', at: 0 },
      { kind: 'hours', count: 20 },
      { kind: 'hours', count: 71 },
      { kind: 'days', count: 3 },
    ]);
  });

  it.each([
    [{ active: 3, unacknowledged: 1 }, 'new'],
    [{ active: 3, unacknowledged: 0 }, 'taken'],
    [{ active: 0, unacknowledged: 2 }, 'over'],
  ] as const)('UI-77 of %j is %s', (counts, state) => {
    expect(groupState(group('g', counts))).toBe(state);
  });

  it('UI-78 speaks of the fault that lasts, of one that is over only where none does', () => {
    const [over, lasting] = [fault('a', { endedAt: 9 }), fault('b')];
    expect([shownFault([over, lasting]), shownFault([over]), shownFault([])]).toEqual([lasting, over, null]);
  });

  it('UI-78 says how much above usual: never less than not at all', () => {
    expect([2.8, 1, 0.4, 1.004, 13.37].map(percentAbove)).toEqual([180, 0, 0, 0, 1_237]);
    expect([12.3, 9.96, 2.85, 3].map(roundTimes)).toEqual([12, 10, 2.9, 3]);
  });

  it('UI-84 says how far a clock is off in its largest whole unit', () => {
    expect([3 * 3_600_000, -90_000, 86_400_000 * 400, -61_000, 5_400].map(skewOf)).toEqual([
      { unit: 'hours', count: 3, isAhead: true },
      { unit: 'minutes', count: 1, isAhead: false },
      { unit: 'days', count: 400, isAhead: true },
      { unit: 'minutes', count: 1, isAhead: false },
      { unit: 'seconds', count: 5, isAhead: true },
    ]);
  });
});
