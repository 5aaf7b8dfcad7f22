import { describe, expect, it } from 'vitest';
import { historyBegin, readPast } from '../../../server/alerts/fault-history';
import { faultStage, MINUTE } from './fault-stage';
import { storedAlert } from './outbox-stage';

const QUIET = { calls: 3, alerts: 0 };
const HUM = { calls: 3, alerts: 1 };
const SICK = { calls: 3, alerts: 6 };
const FOLLOWED = { calls: 9, alerts: 6 };
/** Within the first minute. */
const SOON = 20_000;

describe('the watch for faults', () => {
  it('ALERT-90 tells of devices that rise, callers that follow, and by how much they were ahead', async () => {
    const s = await faultStage();
    s.minutes(60, QUIET);
    s.minutes(8, SICK);
    expect(s.faults()).toEqual([]);
    s.minutes(12, FOLLOWED);
    const [fault, ...more] = s.faults();
    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      ...{ queueId: 'q', queueName: 'Queue q', product: 'Thermo', firmwareVersion: '3.2', endedAt: null },
    });
    expect(fault?.leadMinutes).toBeGreaterThanOrEqual(5);
    expect(fault?.leadMinutes).toBeLessThanOrEqual(10);
    expect(fault?.devices).toBeGreaterThan(20);
    expect(fault?.callsTimesUsual).toBeGreaterThan(1.8);
    s.end();
    expect(s.clock.pendingCount).toBe(0);
  });

  it.each([
    ['devices alone', { calls: 3, alerts: 6 }],
    ['callers alone', { calls: 9, alerts: 0 }],
    ['devices of no queue', { calls: 9, alerts: 6, queue: null }],
  ])('ALERT-91 says nothing of %s', async (_, course) => {
    const s = await faultStage();
    s.minutes(60, QUIET);
    s.minutes(40, course);
    expect(s.faults()).toEqual([]);
    s.end();
  });

  it('ALERT-92 takes calls that come back all at once after a gap, and a new day, for no rise', async () => {
    const s = await faultStage();
    s.minutes(60, QUIET);
    s.minutes(5, SICK);
    s.setOffered(null);
    s.minutes(10, SICK);
    s.knowCalls();
    s.minutes(5, SICK);
    expect(s.faults()).toEqual([]);
    s.newDay();
    s.minutes(3, SICK);
    expect(s.faults()).toEqual([]);
    s.end();
  });

  it('ALERT-93 says when it is over, and forgets it a quarter of an hour later', async () => {
    const s = await faultStage();
    s.minutes(60, QUIET);
    s.minutes(8, SICK);
    s.minutes(12, FOLLOWED);
    s.minutes(25, QUIET);
    expect(s.faults()[0]?.endedAt).not.toBeNull();
    s.minutes(20, QUIET);
    expect(s.faults()).toEqual([]);
    s.end();
  });
});

describe('a watch that was away', () => {
  it('ALERT-96 shows a fault that lasts again in the first minute after a restart, since about when it was', async () => {
    const s = await faultStage();
    s.minutes(90, HUM);
    s.minutes(8, SICK);
    s.minutes(25, FOLLOWED);
    const [before] = s.faults();
    s.goDown();
    s.minutes(1, FOLLOWED);
    await s.restart();
    s.comeBack(true);
    s.clock.advance(SOON);
    const [after, ...more] = s.faults();
    expect(more).toEqual([]);
    expect(after).toMatchObject({ queueId: 'q', product: 'Thermo', endedAt: null });
    const off = (after?.alertsSince ?? 0) - (before?.alertsSince ?? 0);
    expect(Math.abs(off)).toBeLessThanOrEqual(2 * MINUTE);
    // Half hours tell no minute: it says by when at the latest, and nothing of who was ahead.
    expect([before?.leadMinutes === null, after?.leadMinutes]).toEqual([false, null]);
    expect(after?.callsSince).toBeGreaterThanOrEqual(before?.callsSince ?? Number.NaN);
    s.minutes(30, QUIET);
    expect(s.faults()[0]?.endedAt).not.toBeNull();
    s.end();
    expect(s.clock.pendingCount).toBe(0);
  });

  it('ALERT-96 is not blind after a restart: a fault that begins then is found as if there had been none', async () => {
    const s = await faultStage();
    s.minutes(90, HUM);
    s.goDown();
    await s.restart();
    s.comeBack(true);
    s.minutes(8, SICK);
    expect(s.faults()).toEqual([]);
    s.minutes(8, FOLLOWED);
    expect(s.faults()).toHaveLength(1);
    s.end();
  });

  it.each([
    ['20 minutes without a link', async (s: Awaited<ReturnType<typeof faultStage>>) => s.lose()],
    ['20 minutes without Floorcast', async (s: Awaited<ReturnType<typeof faultStage>>) => s.goDown()],
  ])('ALERT-97 what the broker kept for %s counts when it was raised: no rise', async (what, leave) => {
    const s = await faultStage();
    s.minutes(120, { calls: 3, alerts: 2 });
    await leave(s);
    s.minutes(20, { calls: 9, alerts: 2 });
    if (what.endsWith('Floorcast')) await s.restart();
    s.comeBack(true);
    s.minutes(15, { calls: 9, alerts: 2 });
    expect(s.faults()).toEqual([]);
    s.end();
  });

  it('ALERT-97 a fault that began meanwhile is shown when the link is back, since when it began', async () => {
    const s = await faultStage();
    s.minutes(120, HUM);
    s.lose();
    const began = s.clock.now();
    s.minutes(8, SICK);
    s.minutes(12, FOLLOWED);
    expect(s.faults()).toEqual([]);
    s.comeBack(true);
    s.clock.advance(SOON);
    const [fault] = s.faults();
    expect(Math.abs((fault?.alertsSince ?? 0) - began)).toBeLessThanOrEqual(2 * MINUTE);
    s.end();
  });

  it('ALERT-97 shows what lasted for a quarter of an hour more while the link is away, and again when it is back', async () => {
    const s = await faultStage();
    s.minutes(60, HUM);
    s.minutes(8, SICK);
    s.minutes(12, FOLLOWED);
    s.lose();
    s.minutes(15, FOLLOWED);
    expect(s.faults()).toHaveLength(1);
    s.minutes(2, FOLLOWED);
    expect(s.faults()).toEqual([]);
    s.comeBack(true);
    s.clock.advance(SOON);
    expect(s.faults()[0]?.endedAt).toBeNull();
    s.end();
  });

  it('ALERT-97 one that came late, of a minute that is past, counts there', async () => {
    const s = await faultStage();
    s.minutes(60, QUIET);
    // Forty devices that were without a connection tell of the last hour, one each.
    for (let n = 0; n < 40; n += 1) s.raise(`late${n}`, 'q', s.clock.now() - n * 1.4 * MINUTE);
    s.minutes(15, FOLLOWED);
    const [fault] = s.faults();
    expect(fault?.alertsTimesUsual).toBeLessThan(12);
    expect(fault?.alertsTimesUsual).toBeGreaterThan(6);
    s.end();
  });

  it('ALERT-98 of a time that nobody kept nothing is known: what hums on after it is no rise', async () => {
    const s = await faultStage();
    s.minutes(60, { calls: 3, alerts: 2 });
    s.lose();
    s.minutes(100, { calls: 3, alerts: 2 });
    s.comeBack(false);
    s.minutes(29, { calls: 9, alerts: 2 });
    expect(s.faults()).toEqual([]);
    s.goDown();
    s.minutes(60, { calls: 3, alerts: 2 });
    await s.restart();
    s.comeBack(false);
    s.minutes(20, { calls: 9, alerts: 2 });
    expect(s.faults()).toEqual([]);
    s.end();
  });

  it('ALERT-98 begins anew where the clock was set back', async () => {
    const s = await faultStage();
    s.minutes(60, HUM);
    s.clock.jumpWallClock(-180 * MINUTE);
    s.minutes(45, HUM);
    s.minutes(8, SICK);
    s.minutes(12, FOLLOWED);
    expect(s.faults()).toHaveLength(1);
    s.end();
  });

  it('ALERT-98 a silence of everybody that chance does not explain ends the history', () => {
    const totals = (count: (minute: number) => number) => ({ oldest: () => 0, total: count });
    expect(
      historyBegin(
        totals(() => 2),
        0,
        200,
      ),
    ).toBe(0);
    expect(
      historyBegin(
        totals((minute) => (minute >= 100 && minute < 140 ? 0 : 2)),
        0,
        200,
      ),
    ).toBe(140);
    expect(
      historyBegin(
        totals((minute) => (minute < 170 ? 2 : 0)),
        0,
        200,
      ),
    ).toBe(200);
    expect(
      historyBegin(
        totals((minute) => (minute % 20 === 0 ? 1 : 0)),
        0,
        200,
      ),
    ).toBe(0);
    expect(
      historyBegin(
        totals(() => 2),
        50,
        200,
      ),
    ).toBe(50);
    expect(historyBegin({ oldest: () => null, total: () => 0 }, 0, 200)).toBe(200);
  });

  it('ALERT-98 where a bound is reached the history is shorter, and whole', async () => {
    const at = (minute: number) => ({
      alert: storedAlert(`a${minute}`, 'd', { raisedAt: minute * MINUTE, receivedAt: minute * MINUTE }),
      queueId: 'q',
    });
    async function* pages() {
      yield [at(9), at(9), at(8), at(8)];
      yield [at(7), at(7), at(6)];
    }
    const all = await readPast(pages(), 10);
    expect([all.begin, all.heardAt, all.alerts.oldest()]).toEqual([
      ...[Number.NEGATIVE_INFINITY, 9 * MINUTE, 6],
    ]);
    const some = await readPast(pages(), 5);
    expect([some.begin, some.alerts.oldest(), some.alerts.total(8)]).toEqual([8, 8, 2]);
  });

  it('ALERT-99 waits for what the board knows of calls, and for two minutes at most', async () => {
    const s = await faultStage();
    s.minutes(90, HUM);
    s.minutes(8, SICK);
    s.minutes(25, FOLLOWED);
    s.goDown();
    s.setOffered(null);
    await s.restart();
    s.comeBack(true);
    s.minutes(1, FOLLOWED);
    expect(s.faults()).toEqual([]);
    s.knowCalls();
    s.clock.advance(2_000);
    expect(s.faults()).toHaveLength(1);
    s.goDown();
    s.setOffered(null);
    await s.restart();
    s.comeBack(true);
    s.minutes(3, FOLLOWED);
    s.knowCalls();
    s.minutes(3, FOLLOWED);
    // Of its calls too little is known.
    expect(s.faults()).toEqual([]);
    s.end();
  });
});

describe('whether a fault that is not told of is over', () => {
  it('ALERT-100 is not known after a start until all is looked at, nor while the link is away for long', async () => {
    const s = await faultStage();
    s.minutes(90, HUM);
    s.minutes(8, SICK);
    s.minutes(25, FOLLOWED);
    expect([s.faults().length, s.isWhole()]).toEqual([1, true]);
    s.goDown();
    await s.restart();
    expect([s.faults(), s.isWhole()]).toEqual([[], false]);
    s.comeBack(true);
    s.clock.advance(SOON);
    expect([s.faults().length, s.isWhole()]).toEqual([1, true]);
    s.lose();
    s.minutes(15, FOLLOWED);
    expect([s.faults().length, s.isWhole()]).toEqual([1, true]);
    s.minutes(2, FOLLOWED);
    expect([s.faults(), s.isWhole()]).toEqual([[], false]);
    s.comeBack(true);
    s.clock.advance(SOON);
    expect([s.faults().length, s.isWhole()]).toEqual([1, true]);
    s.end();
  });

  it('ALERT-100 is not known again before a rise could be seen, where it begins anew', async () => {
    const s = await faultStage();
    s.minutes(60, HUM);
    s.clock.jumpWallClock(-180 * MINUTE);
    s.clock.advance(2_000);
    expect(s.isWhole()).toBe(false);
    s.minutes(38, HUM);
    expect(s.isWhole()).toBe(false);
    s.minutes(4, HUM);
    expect(s.isWhole()).toBe(true);
    s.end();
  });

  it('ALERT-100 is not known before a rise of calls could be seen, where they were not known at the start', async () => {
    const s = await faultStage();
    s.minutes(90, HUM);
    s.goDown();
    s.setOffered(null);
    await s.restart();
    s.comeBack(true);
    s.minutes(3, HUM);
    s.knowCalls();
    s.minutes(35, HUM);
    expect(s.isWhole()).toBe(false);
    s.minutes(6, HUM);
    expect(s.isWhole()).toBe(true);
    s.end();
  });
});
