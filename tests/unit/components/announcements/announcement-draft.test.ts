import { describe, expect, it } from 'vitest';
import {
  EMPTY_DRAFT,
  inOrder,
  oneLine,
  toggledBoard,
  wishOf,
} from '../../../../components/announcements/announcement-draft';
import { newAnnouncementSchema } from '../../../../lib/contracts/announcement';
import { anAnnouncement } from '../../../support/announcements';

const NOW = Date.parse('2026-11-21T12:00');
const DRAFT = { ...EMPTY_DRAFT, text: ' Fire drill ' };
const HOUR = 3_600_000;

describe('an announcement that is written', () => {
  it.each([
    ['now, for an hour', DRAFT, { until: NOW + HOUR }],
    ['for a quarter of an hour', { ...DRAFT, span: 15 as const }, { until: NOW + HOUR / 4 }],
    ['later', { ...DRAFT, from: '2026-11-21T14:00' }, { from: NOW + 2 * HOUR, until: NOW + 3 * HOUR }],
    ['until an hour', { ...DRAFT, span: null, until: '2026-11-21T18:30' }, { until: NOW + 6.5 * HOUR }],
    ['since before', { ...DRAFT, from: '2026-11-21T11:30' }, { from: NOW - HOUR / 2, until: NOW + HOUR / 2 }],
  ])('UI-191 %s, is what the server takes', (_, draft, times) => {
    const wish = wishOf(draft, NOW);
    expect(wish).toEqual({
      ok: true,
      value: { text: 'Fire drill', priority: 'normal', boardIds: null, ...times },
    });
    expect(wish.ok && newAnnouncementSchema.safeParse(wish.value).success).toBe(true);
  });

  it.each([
    ['text', { text: '  ' }],
    ['text', { text: 'x'.repeat(201) }],
    ['text', { text: 'turned \u202e round' }],
    ['from', { from: 'noon' }],
    ['until', { span: null, until: '' }],
    ['over', { span: null, until: '2026-11-21T12:00' }],
    ['over', { span: null, from: '2026-11-21T15:00', until: '2026-11-21T14:00' }],
    ['over', { from: '2026-11-21T10:30' }],
    ['boards', { boardIds: [] }],
  ])('UI-191 is not sent with a wrong %s: %j', (flaw, change) => {
    expect(wishOf({ ...DRAFT, ...change }, NOW)).toEqual({ ok: false, error: flaw });
  });

  it('UI-191 is one line, also where several are pasted, for the boards that are chosen', () => {
    expect(oneLine('one \r\n two\u2028three')).toBe('one two three');
    expect(toggledBoard(null, 'a')).toEqual(['a']);
    expect(toggledBoard(['a'], 'b')).toEqual(['a', 'b']);
    expect(toggledBoard(['a', 'b'], 'a')).toEqual(['b']);
    expect(wishOf({ ...DRAFT, boardIds: ['a', 'b'] }, NOW)).toMatchObject({
      value: { boardIds: ['a', 'b'] },
    });
  });
});

it('UI-193 the list has what holds before what comes, the worst and the next first', () => {
  const list = [
    anAnnouncement({ id: 'later', from: 300, priority: 'emergency' }),
    anAnnouncement({ id: 'old', from: 10 }),
    anAnnouncement({ id: 'next', from: 200 }),
    anAnnouncement({ id: 'new', from: 20 }),
    anAnnouncement({ id: 'high', from: 5, priority: 'high' }),
    anAnnouncement({ id: 'fire', from: 1, priority: 'emergency' }),
  ];
  expect(inOrder(list, 100).map(({ id }) => id)).toEqual(['fire', 'high', 'new', 'old', 'next', 'later']);
});
