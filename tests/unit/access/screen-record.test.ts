import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignmentSchema } from '../../../lib/contracts/push';
import {
  changedFields,
  isRotationDue,
  NOTE_SEEN_MS,
  opens,
  parseScreenToken,
  pathOf,
  ROTATION_MIN_MS,
  rotated,
  type StoredScreen,
  screenPrincipal,
  screenRecordSchema,
  shownScreen,
  withSeen,
} from '../../../server/access/screens/screen-record';
import { hashOf } from '../../../server/access/secret-hash';
import { comparisonsIn } from '../../support/comparisons';
import { ODD_IDS } from '../../support/odd-ids';
import { place } from './screens-stage';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
const SECRET = 's'.repeat(43);

function record(more: Partial<StoredScreen> = {}): StoredScreen {
  const tokens = { current: hashOf(SECRET), previous: null, rotatedAt: NOW };
  return { ...place(), pairedAt: NOW, pairedBy: 'Ada', lastSeenAt: null, tokens, ...more };
}

describe('a screen’s token', () => {
  it('ACC-68 is an id of ours and 43 characters', () => {
    expect(parseScreenToken(`a_-9.${SECRET}`)).toEqual({ screenId: 'a_-9', secret: SECRET });
    expect(parseScreenToken(`__proto__.${SECRET}`)).toEqual({ screenId: '__proto__', secret: SECRET });
  });

  it.each(
    [
      ...[SECRET, `.${SECRET}`, `a.${SECRET}x`, `a.${SECRET.slice(1)}`, `a.b.${SECRET}`, `a.${SECRET}\n`],
      ...[` a.${SECRET}`, `${'a'.repeat(65)}.${SECRET}`, `ä.${SECRET}`, `a.${'+'.repeat(43)}`],
      ...ODD_IDS,
    ].map((text) => [text.slice(0, 80), text] as const),
  )('ACC-68 is none: %j', (_, text) => {
    expect(parseScreenToken(text)).toBeNull();
  });

  it('ACC-63 costs two comparisons, also where there is no screen or no previous token', async () => {
    const both = rotated(record(), 'shown', 'next', NOW);
    for (const [screen, secret] of [
      [record(), SECRET],
      [record(), 'wrong'],
      [record(), ''],
      [both, 'next'],
      [both, 'shown'],
      [both, 'wrong'],
      [null, SECRET],
      [null, ''],
    ] as const) {
      expect(await comparisonsIn(() => opens(secret, screen))).toBe(2);
    }
    expect(opens('', null)).toBe(false);
  });
});

/** A television that changes its token, keeps the answer or loses it, and may fall back to the one before. */
const turn = fc.record({
  isAnswerLost: fc.boolean(),
  isPowerCut: fc.boolean(),
  /** A copy is made of what it shows. */
  isCopied: fc.boolean(),
});

describe('changing a token', () => {
  it('ACC-69 leaves the one that was shown and the new one, and no other', () => {
    const first = rotated(record(), SECRET, 'b', NOW);
    expect(['b', SECRET, 'x'].map((secret) => opens(secret, first))).toEqual([true, true, false]);
    const second = rotated(first, 'b', 'c', NOW);
    expect(['c', 'b', SECRET].map((secret) => opens(secret, second))).toEqual([true, true, false]);
    const lost = rotated(first, SECRET, 'd', NOW + 1);
    expect(['d', SECRET, 'b'].map((secret) => opens(secret, lost))).toEqual([true, true, false]);
    expect(lost).toEqual({
      ...record(),
      tokens: { current: hashOf('d'), previous: hashOf(SECRET), rotatedAt: NOW + 1 },
    });
  });

  it('ACC-69 locks no screen out, whatever answer or cookie gets lost, and ends old copies', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
        let kept = record();
        let held = SECRET;
        let onDisk = SECRET;
        const shown: string[] = [];
        turns.forEach(({ isAnswerLost, isPowerCut }, index) => {
          expect(opens(held, kept)).toBe(true);
          shown.push(held);
          const next = `token ${index}`;
          kept = rotated(kept, held, next, NOW + index);
          onDisk = held;
          if (!isAnswerLost) held = next;
          // The new cookie was not on the disk yet.
          if (isPowerCut) held = onDisk;
        });
        expect(opens(held, kept)).toBe(true);
        // Of all that it ever showed only what it showed last still opens.
        const last = shown.at(-1);
        for (const old of shown) if (old !== last && old !== held) expect(opens(old, kept)).toBe(false);
      }),
    );
  });

  it('ACC-70 is due an hour after the last change, and at once where the clock was set back', () => {
    const due = (sinceMs: number) => isRotationDue(record(), NOW + sinceMs);
    expect([0, 1, 3_599_999, 3_600_000, 86_400_000].map(due)).toEqual([false, false, false, true, true]);
    expect(due(-1)).toBe(true);
    expect(ROTATION_MIN_MS).toBe(3_600_000);
  });
});

describe('what is kept of a screen', () => {
  it('ACC-74 is when it was seen, a minute apart at least, and anew where the clock was set back', () => {
    const seen = record({ lastSeenAt: NOW });
    expect(withSeen(record(), NOW)).toEqual(seen);
    expect([0, 59_999].map((sinceMs) => withSeen(seen, NOW + sinceMs))).toEqual([null, null]);
    expect(withSeen(seen, NOW + 60_000)?.lastSeenAt).toBe(NOW + 60_000);
    expect(withSeen(seen, NOW - 1)?.lastSeenAt).toBe(NOW - 1);
    expect(NOTE_SEEN_MS).toBe(60_000);
  });

  it('ACC-72 counts as changed where it is another', () => {
    expect(changedFields(record(), {})).toEqual([]);
    expect(changedFields(record(), place())).toEqual([]);
    expect(changedFields(record(), { boardId: undefined, room: 'Sales' })).toEqual([['room', 'Sales']]);
    expect(changedFields(record(), { ...place(), name: 'x', diagonalInches: 56 })).toEqual([
      ['name', 'x'],
      ['diagonalInches', 56],
    ]);
  });

  it('ACC-68 is shown without its tokens’ hashes', () => {
    const { tokens: _, ...rest } = record();
    expect(shownScreen('s1', record(), true)).toEqual({ id: 's1', ...rest, connected: true });
    expect(screenPrincipal('s1', record())).toEqual({
      kind: 'screen',
      ...{ screenId: 's1', name: 'North wall', boardId: 'main' },
    });
  });

  it('ACC-77 leads to its board with its measures, in a path that a television takes', () => {
    const odd = place({ boardId: 'a-_9', diagonalInches: 54.6, farthestSeatMetres: 0.3 });
    const path = pathOf({ id: '__proto__', ...odd });
    expect(path).toBe('/screen/a-_9?screen=__proto__&diagonal=54.6&distance=0.3');
    const longest = pathOf({ ...odd, id: 'x'.repeat(64), boardId: 'y'.repeat(64), diagonalInches: 100 / 3 });
    expect(assignmentSchema.safeParse({ path: longest }).success).toBe(true);
  });

  it.each([
    ['no tokens', { tokens: undefined }],
    ['a name of two lines', { name: 'a\nb' }],
    ['a board that is none', { boardId: '../x' }],
    ['a previous token left out', { tokens: { current: 'x', rotatedAt: 1 } }],
  ])('ACC-75 is none with %s', (_, more) => {
    expect(screenRecordSchema.safeParse(record()).success).toBe(true);
    expect(screenRecordSchema.safeParse({ ...record(), ...more }).success).toBe(false);
  });
});
