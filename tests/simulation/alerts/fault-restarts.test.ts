/** The watch for faults, started again in the middle of made-up days: on stored alerts and the half hours of calls. */
import { describe, expect, it } from 'vitest';
import type { PlacedAlert } from '../../../server/alerts/alerts';
import type { HalfHourCalls } from '../../../server/alerts/call-minutes';
import { FaultWatch } from '../../../server/alerts/fault-watch';
import {
  createFaultWorld,
  type FaultWish,
  type FaultWorld,
  type MinuteRow,
} from '../../../server/simulator/world/fault-world';
import { FakeClock } from '../../support/fake-clock';
import { storedAlert } from '../../unit/alerts/outbox-stage';

const WORLDS = 40;
const MINUTE = 60_000;
const HALF_HOUR = 30 * MINUTE;

function placedOf(row: MinuteRow, queueIds: ReadonlyMap<string, string>): PlacedAlert[] {
  return row.alerts.flatMap((own, index) => {
    const { product, firmwareVersion, sensorType, queueName, raised, deviceIds } = own;
    return Array.from({ length: raised }, (_, n): PlacedAlert => {
      const deviceId = deviceIds[n % deviceIds.length] ?? '';
      const raisedAt = row.at + ((n * 977 + index * 131) % MINUTE);
      const more = { product, firmwareVersion, sensorType, raisedAt, receivedAt: raisedAt };
      const queueId = queueName === null ? null : (queueIds.get(queueName) ?? null);
      return { alert: storedAlert(`${row.minute}-${index}-${n}`, deviceId, more), queueId };
    });
  });
}

interface Day {
  readonly world: FaultWorld;
  readonly queueIds: ReadonlyMap<string, string>;
  readonly rows: readonly MinuteRow[];
}

function dayOf(seed: number, fault?: FaultWish): Day {
  const world = createFaultWorld(seed, { hours: 24, ...(fault === undefined ? {} : { fault }) });
  return {
    world,
    queueIds: new Map(world.queues.map(({ id, name }) => [name, id])),
    rows: [...world.rows()],
  };
}

/** A watch that is started at the beginning of a minute of the day, with `step` to go on. */
async function startAt({ world, queueIds, rows }: Day, minute: number) {
  const clock = new FakeClock(rows[minute]?.at);
  const calls = world.queues.map(({ id }) => ({ id, total: 0, halfHours: new Map<number, number>() }));
  const count = (row: MinuteRow) => {
    for (const [index, own] of calls.entries()) {
      const half = Math.floor(row.at / HALF_HOUR) * HALF_HOUR;
      own.total += row.offered[index] ?? 0;
      own.halfHours.set(half, (own.halfHours.get(half) ?? 0) + (row.offered[index] ?? 0));
    }
  };
  const byId = new Map(calls.map((own) => [own.id, own]));
  for (const row of rows.slice(0, minute)) count(row);
  let hear: (raised: readonly PlacedAlert[]) => void = () => {};
  const watch = new FaultWatch({
    clock,
    onRaised(listener) {
      hear = listener;
      return () => {};
    },
    async *past(since) {
      const stored = rows.slice(Math.max(0, minute - 400), minute).flatMap((row) => placedOf(row, queueIds));
      yield stored
        .filter(({ alert }) => alert.raisedAt >= since)
        .sort((a, b) => b.alert.raisedAt - a.alert.raisedAt);
    },
    queueIds: () => byId.keys(),
    offered: (id) => byId.get(id)?.total,
    halfHours: (id): HalfHourCalls[] =>
      Array.from(byId.get(id)?.halfHours ?? [], ([at, value]) => ({ at, value })),
    queueName: (id) => id,
  });
  await watch.start();
  watch.live(true);
  clock.advance(5_000);
  let next = minute;
  return {
    watch,
    step() {
      const row = rows[next];
      if (row === undefined) return;
      next += 1;
      count(row);
      hear(placedOf(row, queueIds));
      clock.advance(MINUTE);
    },
  };
}

describe('a restart in made-up worlds', () => {
  it('ALERT-99 shows no banner on a quiet day', async () => {
    let banners = 0;
    let restarts = 0;
    for (let seed = 1; seed <= WORLDS; seed += 1) {
      const day = dayOf(seed);
      for (const minute of [300, 620, 1_005]) {
        const { watch, step } = await startAt(day, minute + ((seed * 37) % 240));
        const ids = new Set(watch.faults().map(({ id }) => id));
        for (let n = 0; n < 60; n += 1) {
          step();
          for (const { id } of watch.faults()) ids.add(id);
        }
        watch.stop();
        restarts += 1;
        banners += ids.size;
      }
    }
    process.stdout.write(`quiet: ${banners} banners in ${restarts} restarts and the hour after each\n`);
    expect(banners).toBeLessThanOrEqual(restarts / 40);
  });

  it('ALERT-99 during a fault shows it again, more than four times in five', async () => {
    let before = 0;
    let again = 0;
    let off = 0;
    for (let seed = 1; seed <= WORLDS; seed += 1) {
      const day = dayOf(seed + 1_000, { atMinute: 240 + ((seed * 197) % 900) });
      const { fault } = day.world;
      if (fault === null) continue;
      const own = (watch: FaultWatch) =>
        watch.faults().find(({ queueId, product }) => queueId === fault.queueId && product === fault.product);
      const first = await startAt(day, fault.alertsFromMinute - 60);
      for (let minute = -60; minute < 25 + (seed % 20); minute += 1) first.step();
      const shown = own(first.watch);
      first.watch.stop();
      if (shown === undefined || shown.endedAt !== null) continue;
      before += 1;
      const second = await startAt(day, fault.alertsFromMinute + 25 + (seed % 20));
      const after = own(second.watch);
      second.watch.stop();
      if (after === undefined) continue;
      again += 1;
      off = Math.max(off, Math.abs(after.alertsSince - shown.alertsSince) / MINUTE);
    }
    process.stdout.write(`restarts: ${again} of ${before} faults shown again at once, ${off} minutes off\n`);
    expect(before).toBeGreaterThanOrEqual(WORLDS * 0.9);
    expect(again).toBeGreaterThanOrEqual(before * 0.8);
  });
});
