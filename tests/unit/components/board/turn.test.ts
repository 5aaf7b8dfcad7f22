import { describe, expect, it } from 'vitest';
import { planViews, viewAt } from '../../../../components/board/plan';
import { spaceOf, unitPercent } from '../../../../components/board/scale';
import { dueTone, TONE_EVERY_MS } from '../../../../components/board/tone-plan';
import { type Interruption, turnAt, viewOf } from '../../../../components/board/turn';
import type { Board, Rotation } from '../../../../lib/contracts/board';
import { board, page, TABLE, tiles, trends } from './boards';

const space = spaceOf(unitPercent({ diagonalInches: 55, distanceMetres: 8 }), { width: 1920, height: 1080 });
const shown = board([
  page('now', { tiles: [{ id: 'w', subject: 'all', kpi: 'waiting' }] }),
  page('queues', { table: { ...TABLE, subjects: ['queue:a', 'queue:b'] } }),
  page('today', { trends: trends(1) }),
  page('devices', { alerts: { id: 'a' }, devices: { id: 'd' } }),
]);
const views = planViews(shown, space);
const AT = 1_800_000_000_000;
const rotation: Rotation = { onAlert: 'steer', holdSeconds: 30 };

function interrupted(key: string, lastsMs = 600_000): Interruption {
  return { key, at: AT, until: AT + lastsMs };
}

describe('an alarm that interrupts', () => {
  it.each([
    ['kpi:all#waiting', 'now.tiles0'],
    ['kpi:queue:b#serviceLevel', 'queues.table'],
    ['kpi:queue:b#ahtMs', 'queues.table'],
    ['kpi:all#ahtMs', 'now.tiles0'],
    ['devices:thermo#1', 'devices.panels0'],
    ['fault:f1', 'devices.panels0'],
  ])('UI-150 %s brings the first view that shows it, %s', (key, id) => {
    const index = viewOf(views, key);
    expect(index === null ? null : views[index]?.id).toBe(id);
    const held = turnAt({ views, rotation, interruption: interrupted(key), now: AT + 1_000 });
    expect(held).toEqual({ index, held: true });
  });

  it.each(['flood', 'kpi:queue:z#waiting', 'kpi:all', 'kpi:all#__proto__', ''])(
    'UI-150 %j that no view shows lets the pages go on',
    (key) => {
      for (let second = 0; second < 60; second += 1) {
        const now = AT + second * 1_000;
        const turn = turnAt({ views, rotation, interruption: interrupted(key), now });
        expect(turn).toEqual({ index: viewAt(views, now), held: false });
      }
    },
  );

  it('UI-151 stops the pages where they were, for as long as the board says and no longer than it lasts', () => {
    const stop: Rotation = { onAlert: 'stop', holdSeconds: 60 };
    const at = (seconds: number, lastsMs?: number) =>
      turnAt({
        ...{ views, rotation: stop, interruption: interrupted('flood', lastsMs) },
        now: AT + seconds * 1_000,
      });
    const first = viewAt(views, AT);
    expect([at(-1).held, at(0), at(59)]).toEqual([
      false,
      { index: first, held: true },
      { index: first, held: true },
    ]);
    expect(at(60)).toEqual({ index: viewAt(views, AT + 60_000), held: false });
    expect([at(19, 20_000).held, at(20, 20_000).held]).toEqual([true, false]);
  });

  it('UI-151 does nothing where the board lets pages go on, or says nothing', () => {
    const interruption = interrupted('kpi:all#waiting');
    for (const some of [undefined, { onAlert: 'go-on', holdSeconds: 60 } as const]) {
      const now = AT + 25_000;
      expect(turnAt({ views, rotation: some, interruption, now })).toEqual({
        index: viewAt(views, now),
        held: false,
      });
    }
  });
});

describe('the sound of an interruption', () => {
  const sounding = (sound: Board['sound'], more: Partial<Board> = {}) => ({
    ...board([page('p', { tiles: tiles(1) })]),
    ...{ timeZone: 'UTC', ...(sound === undefined ? {} : { sound }) },
    ...more,
  });
  /** How many tones there are in ten minutes, asked twice a second as a screen might. */
  function tones(on: ReturnType<typeof sounding>, acknowledgedAfterMs = Number.POSITIVE_INFINITY): number {
    const heard = new Set<string>();
    for (let ms = -5_000; ms < 600_000; ms += 500) {
      const due = dueTone({
        ...{ board: on, interruption: interrupted('kpi:all#waiting', 300_000), now: AT + ms },
        acknowledged: ms >= acknowledgedAfterMs,
      });
      if (due !== null) heard.add(due);
    }
    return heard.size;
  }

  it.each([
    ['off', 0],
    ['once', 1],
    ['times', 4],
    ['until-acknowledged', 300_000 / TONE_EVERY_MS],
  ] as const)('UI-152 mode %s makes %d tones', (mode, count) => {
    expect(tones(sounding({ mode, times: 4, volume: 50 }))).toBe(count);
  });

  it('UI-152 ends when somebody has taken the alarm, and is not made without one', () => {
    const on = sounding({ mode: 'until-acknowledged', times: 1, volume: 50 });
    expect(tones(on, 3 * TONE_EVERY_MS)).toBe(3);
    expect(tones(sounding(undefined))).toBe(0);
    expect(dueTone({ board: on, interruption: null, acknowledged: false, now: AT })).toBeNull();
  });

  it('UI-152 is not made in quiet hours, by the board’s own clock', () => {
    // AT is 08:00 UTC of 15 January 2027, a Friday: 03:00 in New York.
    const sound = { mode: 'once', times: 1, volume: 50 } as const;
    const night = { from: '22:00', to: '06:00' };
    expect(tones(sounding(sound, { quietHours: [night] }))).toBe(1);
    expect(tones(sounding(sound, { quietHours: [night], timeZone: 'America/New_York' }))).toBe(0);
    expect(tones(sounding(sound, { quietHours: [{ from: '08:00', to: '09:00', days: [5] }] }))).toBe(0);
    expect(tones(sounding(sound, { quietHours: [{ from: '08:00', to: '09:00', days: [4] }] }))).toBe(1);
  });
});
