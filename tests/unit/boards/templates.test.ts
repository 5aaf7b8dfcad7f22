import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boardIdSchema } from '../../../lib/contracts/board';
import { TEMPLATES } from '../../../lib/contracts/board-desk';
import { newBoardId } from '../../../server/boards/board-id';
import { templateBoard } from '../../../server/boards/templates';
import { checkBoard } from '../../../server/store/board-problems';
import { boardOf } from '../../support/push-boards';

const PLACE = { id: 'b', name: 'B' };
const GROUND = {
  ...{ timeZone: 'Europe/Dublin', hasDevices: true, hasSessions: true },
  queueIdsOf: (subject: string) => (subject === 'group:g' ? ['q1', 'q2'] : null),
};

describe('templates', () => {
  it.each(TEMPLATES)('BOARD-26 %s keeps the contract, with and without devices and sessions', (template) => {
    for (const has of [true, false]) {
      const ground = { ...GROUND, hasDevices: has, hasSessions: has };
      const made = templateBoard(PLACE, { template, subject: 'queue:q' }, ground);
      if (!made.ok) throw new Error(made.error.join());
      expect(checkBoard(made.value)).toEqual(made);
      expect(made.value).toMatchObject({ ...PLACE, timeZone: 'Europe/Dublin' });
      const subjects = made.value.pages.flatMap((page) => page.tiles.map(({ subject }) => subject));
      expect(new Set(subjects)).toEqual(new Set(template === 'empty' ? [] : ['queue:q']));
    }
  });

  it('BOARD-26 the floor has a table of the queues of its group, and of all queues without one', () => {
    const table = (subject?: string) => {
      const made = templateBoard(PLACE, { template: 'floor', subject }, GROUND);
      return made.ok ? made.value.pages[1]?.table?.subjects : null;
    };
    expect([table(), table('group:g'), table('division:none')]).toEqual([
      'queues',
      ['queue:q1', 'queue:q2'],
      [],
    ]);
  });

  it('BOARD-26 the devices’ board has its alerts and its sites', () => {
    const made = templateBoard(PLACE, { template: 'devices' }, GROUND);
    const pages = made.ok ? made.value.pages : [];
    expect(pages.map(({ alerts, devices }) => [alerts?.id, devices?.id])).toEqual([
      ['alerts', undefined],
      [undefined, 'sites'],
      [undefined, undefined],
    ]);
  });

  it.each([
    [{ template: 'one-queue' as const }, 'queue is missing'],
    [{ template: 'one-queue' as const, subject: 'group:g' }, 'queue is missing'],
    [{ template: 'floor' as const, subject: 'nothing' }, 'not a subject'],
    [{ template: 'floor' as const, subject: 'site:Cork' }, 'not a subject'],
  ])('BOARD-26 says what is wrong with %j', (wish, problem) => {
    const made = templateBoard(PLACE, wish, GROUND);
    expect(made).toEqual({ ok: false, error: [expect.stringContaining(problem)] });
  });
});

describe('newBoardId', () => {
  it.each([
    ['Floor 2', 'floor-2'],
    ['  Einkauf Köln!  ', 'einkauf-koln'],
    ['受付', 'board'],
    ['division-x', 'board-division-x'],
    ['default', 'default-2'],
    ['Queues', 'queues-2'],
    ['subjects', 'subjects-2'],
    ['Taken', 'taken-3'],
    ['x'.repeat(60), 'x'.repeat(40)],
  ])('BOARD-26 %j becomes %s', (name, id) => {
    const taken = new Set(['taken', 'taken-2']);
    expect(newBoardId(name, (other) => taken.has(other))).toBe(id);
  });

  it('BOARD-26 whatever the name is, the id is one, and is free', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ max: 5, min: 0 }),
        (name, taken) => {
          const ids = new Set<string>();
          for (let i = 0; i <= taken; i += 1) {
            const id = newBoardId(name, (other) => ids.has(other));
            expect(boardIdSchema.safeParse(id).success).toBe(true);
            expect(ids.has(id)).toBe(false);
            ids.add(id);
          }
        },
      ),
    );
  });
});

describe('checkBoard', () => {
  const page = boardOf('a').pages[0];
  it.each([
    [
      { pages: [page && { ...page, tiles: [1, 2].map(() => page.tiles[0]) }] },
      'pages[0].tiles[1].id: “t1” occurs twice',
    ],
    [
      { pages: [page && { ...page, trends: [1, 2].map(() => page.trends[0]) }] },
      'pages[0].trends[1].id: “w” occurs twice',
    ],
    [
      { pages: [page && { ...page, texts: [1, 2].map(() => ({ id: 'x', text: 'x' })) }] },
      'pages[0].texts[1].id: “x” occurs twice',
    ],
    [
      { pages: [page && { ...page, table: { id: 'q', subjects: ['all', 'x:'], columns: ['waiting'] } }] },
      'pages[0].table.subjects[1]: not a subject, e.g. all or queue:<id>',
    ],
    [
      { pages: [page && { ...page, trends: [{ ...page.trends[0], subject: 'x' }] }] },
      'pages[0].trends[0].subject: not a subject, e.g. all or queue:<id>',
    ],
  ])('BOARD-22 says what would break a screen: %#', (harm, problem) => {
    expect(checkBoard({ ...boardOf('a'), ...harm })).toEqual({ ok: false, error: [problem] });
  });

  it('BOARD-22 a tile, a trend and a text may have the same id, and so may those of two pages', () => {
    const pages = ['p1', 'p2'].map((id) => ({
      ...{ ...page, id },
      tiles: [{ id: 'x', subject: 'all', kpi: 'waiting' }],
      trends: [{ id: 'x', subject: 'all', kpi: 'waiting', every: 'minute' }],
      texts: [{ id: 'x', text: 'x' }],
    }));
    expect(checkBoard({ ...boardOf('a'), pages }).ok).toBe(true);
  });
});
