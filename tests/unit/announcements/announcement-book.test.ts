import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Announcement, PRIORITIES } from '../../../lib/contracts/announcement';
import {
  holds,
  isOver,
  MOST_SHOWN,
  nextMoment,
  shownOn,
} from '../../../server/announcements/announcement-book';
import { anAnnouncement } from '../../support/announcements';

const ids = (announcements: readonly Announcement[]) => announcements.map(({ id }) => id);

describe('what a board shows', () => {
  it.each([
    [99, false, false],
    [100, true, false],
    [199, true, false],
    [200, false, true],
  ])('ANN-1 from 100 until 200, at %d: holds %s, over %s', (now, isHolding, over) => {
    const one = anAnnouncement({ from: 100, until: 200 });
    expect([holds(one, now), isOver(one, now)]).toEqual([isHolding, over]);
  });

  it('ANN-2 the worst first, then the newer, at most twenty', () => {
    const some = [
      anAnnouncement({ id: 'old', priority: 'normal', from: 1 }),
      anAnnouncement({ id: 'new', priority: 'normal', from: 2 }),
      anAnnouncement({ id: 'fire', priority: 'emergency', from: 1 }),
      anAnnouncement({ id: 'high', priority: 'high', from: 1 }),
    ];
    expect(ids(shownOn('main', some, 50))).toEqual(['fire', 'high', 'new', 'old']);
    const many = Array.from({ length: 40 }, (_, n) => anAnnouncement({ id: `n${n}`, from: n }));
    const shown = shownOn('main', [...many, ...some], 50);
    expect([shown.length, ids(shown).slice(0, 2)]).toEqual([MOST_SHOWN, ['fire', 'high']]);
  });

  it('ANN-3 those of all boards, and its own', () => {
    const some = [
      anAnnouncement({ id: 'all', boardIds: null }),
      anAnnouncement({ id: 'own', boardIds: ['other', 'main'] }),
      anAnnouncement({ id: 'other', boardIds: ['other'] }),
    ];
    expect([
      ids(shownOn('main', some, 50)),
      ids(shownOn('other', some, 50)),
      ids(shownOn('third', some, 50)),
    ]).toEqual([['all', 'own'], ['all', 'other', 'own'], ['all']]);
  });
});

const announcements = fc.array(
  fc.record({
    id: fc.uuid(),
    from: fc.nat(100),
    lasts: fc.integer({ min: 1, max: 100 }),
    priority: fc.constantFrom(...PRIORITIES),
  }),
  { maxLength: 30 },
);

it('ANN-1 between two moments nothing begins and nothing ends', () => {
  fc.assert(
    fc.property(announcements, fc.nat(200), (made, now) => {
      const all = made.map(({ id, from, lasts, priority }) =>
        anAnnouncement({ id, from, until: from + lasts, priority }),
      );
      const next = nextMoment(all, now);
      const before = shownOn('main', all, now);
      if (next === null) expect(all.every((one) => isOver(one, now))).toBe(true);
      else {
        expect(next).toBeGreaterThan(now);
        expect(shownOn('main', all, next - 1)).toEqual(before);
        expect(all.some(({ from, until }) => from === next || until === next)).toBe(true);
      }
    }),
  );
});
