import { describe, expect, it } from 'vitest';
import { EMPTY_SETTINGS, type Settings } from '../../../lib/contracts/settings';
import { exportSettings, importSettings, parseSettings, readSettings } from '../../../server/store/settings';
import { MemoryStore } from '../../support/memory-store';
import { boardOf } from '../../support/push-boards';

const SETTINGS: Settings = {
  version: 1,
  timeZones: [{ queueIds: ['q1'], timeZone: 'Europe/Dublin' }, { timeZone: 'UTC' }],
  groups: [{ id: 'g', name: 'Group', queueIds: ['q1', 'q2'] }],
  thresholds: [
    {
      kpi: 'serviceLevel',
      subject: 'queue:q1',
      warning: 0.85,
      critical: 0.8,
      deadBand: 0.02,
      onDelayMs: 10_000,
      offDelayMs: 30_000,
      minimumCount: 10,
    },
  ],
  boards: [boardOf('second'), boardOf('first')],
  excludeShortAbandons: true,
  deviceRules: [{ queueId: 'q1', product: 'thermo-*' }],
};

describe('settings', () => {
  it('STORE-6 holds nothing of its own until something is imported', async () => {
    expect(await readSettings(new MemoryStore())).toEqual(EMPTY_SETTINGS);
  });

  it('STORE-6 what goes in comes out, boards in their order, and replaces all that was there', async () => {
    const store = new MemoryStore();
    expect(await importSettings(store, JSON.stringify(SETTINGS), 0)).toEqual({ ok: true, value: SETTINGS });
    expect(JSON.parse(await exportSettings(store))).toEqual(SETTINGS);
    const less = { ...SETTINGS, boards: [boardOf('third')], groups: [] };
    await importSettings(store, JSON.stringify(less), 0);
    expect(await readSettings(store)).toEqual(less);
  });

  it.each([
    ['{', 'the file is no JSON'],
    ['[]', 'the file:'],
    [JSON.stringify({ ...SETTINGS, version: 2 }), 'version:'],
    [JSON.stringify({ ...SETTINGS, more: 1 }), 'the file:'],
    [
      JSON.stringify({ ...SETTINGS, timeZones: [{ timeZone: 'Mars/Olympus' }] }),
      'timeZones[0].timeZone: not an IANA',
    ],
    [JSON.stringify({ ...SETTINGS, boards: [boardOf('a'), boardOf('a')] }), 'boards[1].id: “a” occurs twice'],
    [JSON.stringify({ ...SETTINGS, boards: [{ ...boardOf('a'), pages: [] }] }), 'boards[0].pages:'],
    [JSON.stringify({ ...SETTINGS, thresholds: [{ kpi: 'mood' }] }), 'thresholds[0].kpi:'],
  ])('STORE-7 names what is wrong with its path: %#', async (json, problem) => {
    const parsed = parseSettings(json);
    expect(parsed.ok ? [] : parsed.error).toContainEqual(expect.stringContaining(problem));
    const store = new MemoryStore();
    await importSettings(store, JSON.stringify(SETTINGS), 0);
    expect((await importSettings(store, json, 0)).ok).toBe(false);
    expect(await readSettings(store)).toEqual(SETTINGS);
  });

  it('STORE-7 says all problems at once', () => {
    const parsed = parseSettings(JSON.stringify({ ...SETTINGS, version: 0, excludeShortAbandons: 'no' }));
    expect(parsed.ok ? [] : parsed.error).toHaveLength(2);
  });

  const tile = (subject: string) => ({ id: 's', subject, kpi: 'waiting' as const });
  const HARMED = [
    boardOf('a'),
    boardOf('b', { timeZone: 'Mars/Base', strip: [tile('nothing')] }),
    boardOf('c', { strip: [tile('all'), tile('all')] }),
  ];
  const HARM = [
    'boards[1].timeZone: not an IANA time zone, e.g. Europe/Berlin',
    'boards[1].strip[0].subject: not a subject, e.g. all or queue:<id>',
    'boards[2].strip[1].id: “s” occurs twice',
  ];

  it('STORE-10 a board that would break a screen is said as when it is published, and nothing is taken', async () => {
    const store = new MemoryStore();
    await importSettings(store, JSON.stringify(SETTINGS), 0);
    const file = JSON.stringify({ ...SETTINGS, groups: [], boards: HARMED });
    expect(await importSettings(store, file, 0)).toEqual({ ok: false, error: HARM });
    expect(await readSettings(store)).toEqual(SETTINGS);
  });

  it('STORE-10 says it beside all else that is wrong, also where boards are no boards', () => {
    const boards = [...HARMED, { ...boardOf('d'), pages: [], timeZone: 'Mars/Base' }, null];
    const parsed = parseSettings(JSON.stringify({ ...SETTINGS, version: 2, boards }));
    expect(parsed.ok ? [] : parsed.error).toEqual([
      ...['version: ', 'boards[3].pages: ', 'boards[4]: '].map((path) => expect.stringContaining(path)),
      ...HARM,
    ]);
    expect(parseSettings(JSON.stringify({ ...SETTINGS, boards: 'none' }))).toMatchObject({ ok: false });
  });

  it('STORE-10 what was stored before that was asked is read all the same', async () => {
    const store = new MemoryStore();
    await importSettings(store, JSON.stringify(SETTINGS), 0);
    const content = boardOf('first', { timeZone: 'Mars/Base' });
    await store.write([{ write: 'put', kind: 'board', id: 'first', content }]);
    expect((await readSettings(store)).boards).toContainEqual(content);
  });

  it('STORE-8 of two imports at the same moment one is refused, and nothing is mixed', async () => {
    const store = new MemoryStore();
    const other = { ...SETTINGS, boards: [boardOf('third')] };
    const results = await Promise.all([
      importSettings(store, JSON.stringify(SETTINGS), 0),
      importSettings(store, JSON.stringify(other), 0),
    ]);
    expect(results.filter((result) => result.ok)).toEqual([{ ok: true, value: await readSettings(store) }]);
  });

  it('STORE-8 does not go on with stored settings that it cannot read', async () => {
    const store = new MemoryStore();
    await store.write([{ write: 'put', kind: 'settings', id: 'main', content: { version: 9 } }]);
    await expect(readSettings(store)).rejects.toThrow('version');
  });
});
