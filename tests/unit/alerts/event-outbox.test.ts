import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sending } from '../../../server/alerts/event-sender';
import { FakeClock } from '../../support/fake-clock';
import { BUSY, outboxStage, SENT } from './outbox-stage';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Time goes on between two looks at it, as it does. */
class RestlessClock extends FakeClock {
  #looks = 0;

  override monotonicNow(): number {
    this.#looks += 1;
    return super.monotonicNow() + this.#looks * 0.3;
  }
}

describe('the outbox', () => {
  it('ALERT-70 never falls asleep while something waits, at whatever moment it looks at the clock', async () => {
    for (const perMinute of [600, 6_000, 30_000, 60_000]) {
      const s = outboxStage({ perMinute, clock: new RestlessClock() });
      for (let n = 0; n < 200; n += 1) await s.put(`a${n}`, `d${n}`);
      await s.outbox.start();
      await s.pass(MINUTE, 7);
      expect([perMinute, new Set(s.sent()).size]).toEqual([perMinute, 200]);
    }
  });

  it('ALERT-70 sends each alert once and notes it; what waited before the start too', async () => {
    const s = outboxStage();
    await s.put('old', 'd1');
    await s.outbox.start();
    await s.settle();
    await s.store1('new', 'd2');
    await s.pass(10 * MINUTE);
    expect(s.sent()).toEqual(['old', 'new']);
    expect(['old', 'new'].map(s.stateOf)).toEqual(['sent', 'sent']);
    expect(s.outbox.forwarding()).toMatchObject({ state: 'closed', backlog: 0, dead: 0 });
    expect(s.outbox.forwarding().lastSentAt).not.toBeNull();
    const again = outboxStage({ store: s.store });
    await again.outbox.start();
    await again.settle();
    expect(again.sent()).toEqual([]);
  });

  it('CLUSTER-131 hands nothing on while the duty may be another node’s, and each once where it stayed', async () => {
    let mayAct = false;
    const s = outboxStage({ mayAct: () => mayAct });
    for (let n = 0; n < 20; n += 1) await s.put(`a${n}`, `d${n}`);
    await s.outbox.start();
    await s.pass(MINUTE);
    expect(s.sent()).toEqual([]);
    expect(s.outbox.forwarding()).toMatchObject({ state: 'closed', backlog: 20 });
    mayAct = true;
    await s.pass(MINUTE, 100);
    expect(s.sent().toSorted()).toEqual(Array.from({ length: 20 }, (_, n) => `a${n}`).toSorted());
  });

  it('ALERT-71 never sends more than the bucket allows, whatever comes', async () => {
    const s = outboxStage({ perMinute: 60 });
    await s.outbox.start();
    for (let n = 0; n < 200; n += 1) await s.store1(`a${n}`, `d${n}`);
    await s.pass(3 * MINUTE, 250);
    for (const { at } of s.tries) {
      const within = s.tries.filter((one) => one.at >= at && one.at < at + MINUTE).length;
      expect(within).toBeLessThanOrEqual(70);
    }
    expect(s.tries.length).toBeGreaterThanOrEqual(180);
    expect(s.tries.length).toBeLessThanOrEqual(190);
    expect(s.outbox.forwarding().backlog).toBe(200 - s.tries.length);
  });

  it('ALERT-72 keeps the order of each device, one under way at a time, through failures', async () => {
    const level = fc.constantFrom('critical', 'warning', 'info' as const);
    const alert = fc.record({
      device: fc.integer({ min: 0, max: 3 }),
      level,
      fails: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(alert, { minLength: 1, maxLength: 25 }), async (alerts) => {
        const fails = new Map(alerts.map(({ fails: count }, n) => [`a${n}`, count]));
        const answer = (id: string, nth: number): Sending => (nth <= (fails.get(id) ?? 0) ? BUSY : SENT);
        const s = outboxStage({ answer });
        await s.outbox.start();
        for (const [n, one] of alerts.entries())
          await s.store1(`a${n}`, `d${one.device}`, { level: one.level });
        await s.pass(60 * MINUTE, 5_000);
        const done = s.sent().filter((id, index, all) => all.lastIndexOf(id) === index);
        for (let device = 0; device < 4; device += 1) {
          const own = alerts.flatMap((one, n) => (one.device === device ? [`a${n}`] : []));
          expect(done.filter((id) => own.includes(id))).toEqual(own);
        }
        expect(s.outbox.forwarding()).toMatchObject({ backlog: 0, dead: 0 });
      }),
      { numRuns: 40 },
    );
  });

  it('ALERT-73 sends critical alerts first while others wait', async () => {
    const s = outboxStage({ perMinute: 60 });
    for (let n = 0; n < 12; n += 1) await s.put(`i${n}`, `i${n}`, { level: 'info' });
    await s.put('w', 'w', { level: 'warning' });
    await s.put('c', 'c', { level: 'critical' });
    await s.put('behind', 'x', { level: 'info' });
    await s.put('c2', 'x', { level: 'critical' });
    await s.outbox.start();
    await s.pass(MINUTE, 1_000);
    // What a critical one of the same device waits behind goes with it.
    expect(s.sent().slice(0, 4)).toEqual(['c', 'behind', 'w', 'i0']);
    expect(s.sent().indexOf('c2')).toBeLessThan(s.sent().indexOf('i3'));
  });

  it('ALERT-74 waits longer after each failure, and as long as the target asks', async () => {
    const s = outboxStage({ answer: (_, nth) => (nth < 4 ? BUSY : SENT) });
    await s.outbox.start();
    await s.store1('a', 'd');
    await s.pass(MINUTE, 500);
    const waits = s.tries.map(({ at }, n) => at - (s.tries[n - 1]?.at ?? at));
    expect(waits).toEqual([0, 2_000, 4_000, 8_000]);
    const asked = outboxStage({ answer: (_, nth) => (nth === 1 ? { ...BUSY, floorMs: 90_000 } : SENT) });
    await asked.outbox.start();
    await asked.store1('a', 'd');
    await asked.pass(89_000, 500);
    expect(asked.tries).toHaveLength(1);
    await asked.pass(2_000, 500);
    expect(asked.tries).toHaveLength(2);
  });

  it('ALERT-75 stops trying a target that fails five times, and tries it by one alert only', async () => {
    let isUp = false;
    const s = outboxStage({ answer: () => (isUp ? SENT : BUSY) });
    await s.outbox.start();
    for (let n = 0; n < 40; n += 1) await s.store1(`a${n}`, `d${n}`);
    // Those that were under way when it opened are through.
    expect(s.tries.length).toBeLessThanOrEqual(8);
    expect(s.outbox.forwarding().state).toBe('open');
    const before = s.tries.length;
    await s.pass(4_900, 100);
    expect(s.tries).toHaveLength(before);
    await s.pass(200, 100);
    expect(s.tries).toHaveLength(before + 1);
    expect(s.outbox.forwarding().state).toBe('open');
    isUp = true;
    await s.pass(10 * MINUTE, 500);
    expect(s.outbox.forwarding()).toMatchObject({ state: 'closed', backlog: 0, dead: 0 });
    expect(new Set(s.sent()).size).toBe(40);
  });

  it('ALERT-76 loses none where the target answers 503 and 429 for a minute, within its rate', async () => {
    const until = MINUTE;
    const s = outboxStage({
      perMinute: 6_000,
      answer: (_, nth) => {
        if (s.clock.monotonicNow() >= until) return SENT;
        return nth % 2 === 0 ? { ...BUSY, floorMs: 7_000 } : BUSY;
      },
    });
    await s.outbox.start();
    const rows = [];
    for (let n = 0; n < 2_000; n += 1) rows.push(await s.put(`a${n}`, `d${n % 300}`));
    s.outbox.onStored(rows);
    await s.pass(10 * MINUTE, 100);
    expect(s.outbox.forwarding()).toMatchObject({ state: 'closed', backlog: 0, dead: 0 });
    const rowsNow = [...s.store.deliveryRows.values()];
    expect(rowsNow.every(({ state }) => state === 'sent')).toBe(true);
    expect(rowsNow).toHaveLength(2_000);
  });

  it('ALERT-77 what is refused for good, or a day old, is dead, with its reason; the others go on', async () => {
    const s = outboxStage({
      answer: (id) => (id === 'bad' ? { kind: 'refused', reason: '400 no such field' } : SENT),
    });
    await s.put('old', 'd1', { raisedAt: s.clock.now() - DAY - 1 });
    await s.put('bad', 'd2');
    await s.put('good', 'd2');
    await s.outbox.start();
    await s.settle();
    expect(s.sent()).toEqual(['bad', 'good']);
    const dead = await s.store.deadDeliveries(10);
    expect(dead.map(({ alertId, reason }) => [alertId, reason])).toEqual([
      ['bad', '400 no such field'],
      ['old', 'a day old; the last try: none was made'],
    ]);
    expect(s.outbox.forwarding()).toMatchObject({ backlog: 0, dead: 2 });
  });

  it('ALERT-77 one that the target never takes in a day is dead with the last reason', async () => {
    const s = outboxStage({ answer: () => BUSY });
    await s.outbox.start();
    await s.store1('a', 'd');
    await s.pass(DAY + 10 * MINUTE, 10_000);
    expect(s.store.deliveryRows.get('a')).toMatchObject({
      state: 'dead',
      reason: 'a day old; the last try: 503',
    });
  });

  it('ALERT-78 a person sends the dead again, with all tries; what is not dead is left', async () => {
    let isUp = false;
    const s = outboxStage({ answer: () => (isUp ? SENT : { kind: 'refused', reason: '400' }) });
    await s.outbox.start();
    await s.store1('a', 'd');
    await s.store1('b', 'e');
    isUp = true;
    await s.store1('c', 'f');
    await s.pass(DAY * 2, DAY);
    expect(await s.outbox.retry(['a', 'c', 'nobody', '__proto__'])).toBe(1);
    await s.settle();
    expect(['a', 'b', 'c'].map(s.stateOf)).toEqual(['sent', 'dead', 'sent']);
    expect(s.outbox.forwarding()).toMatchObject({ dead: 1, backlog: 0 });
    expect(s.sent().filter((id) => id === 'a')).toHaveLength(2);
  });

  it('ALERT-79 what has no room in memory stays in the store, is counted, and follows in its order', async () => {
    const s = outboxStage({ bound: 5, perMinute: 600 });
    const rows = [];
    for (let n = 0; n < 40; n += 1) rows.push(await s.put(`a${n}`, 'd'));
    await s.outbox.start();
    expect(s.outbox.forwarding().backlog).toBe(40);
    await s.store1('late', 'd');
    expect(s.outbox.forwarding().backlog).toBe((await s.store.countDeliveries()).waiting);
    await s.pass(MINUTE, 100);
    expect(s.sent()).toEqual([...rows.map(({ alertId }) => alertId), 'late']);
    expect(s.outbox.forwarding().backlog).toBe(0);
  });

  it('ALERT-79 what comes while the store is read is not left behind', async () => {
    const s = outboxStage();
    await s.put('before', 'd1');
    const starting = s.outbox.start();
    s.outbox.onStored([await s.put('meanwhile', 'd2')]);
    await starting;
    await s.pass(MINUTE, 100);
    expect(s.sent().toSorted()).toEqual(['before', 'meanwhile']);
  });

  it('ALERT-80 sends again, with the same id, what it could not note; and goes on', async () => {
    const s = outboxStage();
    await s.outbox.start();
    await s.put('a', 'd').then((row) => {
      s.store.failure = new Error('disk full');
      s.outbox.onStored([row]);
    });
    await s.settle();
    expect([s.sent(), s.outbox.forwarding().backlog]).toEqual([['a'], 1]);
    s.store.failure = null;
    await s.pass(MINUTE, 1_000);
    expect([s.sent(), s.stateOf('a')]).toEqual([['a', 'a'], 'sent']);
  });

  it('ALERT-80 ends in order: no new try, those under way are noted, no timer stays', async () => {
    let answer: (sending: Sending) => void = () => {};
    const s = outboxStage({ answer: () => new Promise<Sending>((resolve) => (answer = resolve)) });
    await s.outbox.start();
    await s.store1('a', 'd');
    await s.store1('b', 'd');
    const stopped = s.outbox.stop();
    answer(SENT);
    await stopped;
    await s.settle();
    expect([s.sent(), s.stateOf('a'), s.stateOf('b')]).toEqual([['a'], 'sent', 'waiting']);
    expect(s.clock.pendingCount).toBe(0);
  });
});
