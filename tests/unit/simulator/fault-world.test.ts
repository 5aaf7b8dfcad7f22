import { describe, expect, it } from 'vitest';
import { createDayCurve } from '../../../server/simulator/world/day-curve';
import { planFleet } from '../../../server/simulator/world/device-fleet';
import { alertsHeight, callsHeight, endsAfterMinutes } from '../../../server/simulator/world/fault-course';
import { createFaultWorld, type FaultWorld } from '../../../server/simulator/world/fault-world';
import { peakFactor } from '../../../server/simulator/world/quiet-troubles';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const COURSE = {
  riseMinutes: 3,
  plateauMinutes: 60,
  lagMinutes: 8,
  callsRiseMinutes: 20,
  halfLifeMinutes: 20,
};

/** Of all rows from one minute to another: alerts of the fault's devices, of the others, calls of its queue, of the others. */
function count(world: FaultWorld, fault: NonNullable<FaultWorld['fault']>, from: number, to: number) {
  const queue = world.queues.findIndex(({ id }) => id === fault.queueId);
  const sums = { hit: 0, others: 0, calls: 0, otherCalls: 0 };
  for (const row of world.rows()) {
    if (row.minute < from || row.minute >= to) continue;
    for (const { product, firmwareVersion, raised } of row.alerts) {
      const isHit = product === fault.product && firmwareVersion === fault.firmwareVersion;
      sums[isHit ? 'hit' : 'others'] += raised;
    }
    for (const [index, offered] of row.offered.entries())
      sums[index === queue ? 'calls' : 'otherCalls'] += offered;
  }
  return sums;
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((one) => (one - mean(values)) ** 2));

function cellOf(cells: number[][], at: number): number[] {
  const cell = cells[at] ?? SEEDS.map(() => 0);
  cells[at] = cell;
  return cell;
}

describe('a fleet', () => {
  it('SIM-40 is the same for the same seed, and another for another', () => {
    expect(planFleet({ devices: 50, seed: 3 })).toEqual(planFleet({ devices: 50, seed: 3 }));
    expect(planFleet({ devices: 50, seed: 3 })).not.toEqual(planFleet({ devices: 50, seed: 4 }));
  });

  it('SIM-40 has devices of each product, firmware and site, each with its own rate and habits', () => {
    const fleet = planFleet({ devices: 2_000, seed: 1, alertsPerHour: 2 });
    const distinct = (of: (device: (typeof fleet)[number]) => unknown) => new Set(fleet.map(of)).size;
    expect(distinct(({ deviceId }) => deviceId)).toBe(2_000);
    expect(distinct(({ product }) => product)).toBe(9);
    expect(distinct(({ product, firmwareVersion }) => `${product.name} ${firmwareVersion}`)).toBe(22);
    expect(distinct(({ site }) => site)).toBe(5);
    const rate = mean(fleet.map(({ alertsPerHour }) => alertsPerHour));
    expect(rate).toBeGreaterThan(1.9);
    expect(rate).toBeLessThan(2.1);
    const share = (of: (device: (typeof fleet)[number]) => boolean) => fleet.filter(of).length / fleet.length;
    expect(share(({ habits }) => habits.naming === 'camel')).toBeCloseTo(0.25, 1);
    expect(share(({ habits }) => habits.extraFields)).toBeCloseTo(0.2, 1);
    expect(share(({ habits }) => habits.clockSkewMs !== 0)).toBeCloseTo(0.02, 1);
    expect(share(({ habits }) => habits.clockSkewMs !== 0)).toBeGreaterThan(0.01);
  });
});

describe('the world of minutes', () => {
  it('SIM-41 is the same for the same seed, each time it is gone through', () => {
    const options = { hours: 3, fault: { atMinute: 60 } };
    const world = createFaultWorld(5, options);
    const rows = [...world.rows()];
    expect([...world.rows()]).toEqual(rows);
    expect([...createFaultWorld(5, options).rows()]).toEqual(rows);
    expect([...createFaultWorld(6, options).rows()]).not.toEqual(rows);
  });

  it('SIM-41 has a row for each minute, with those who raised something and the calls of each queue', () => {
    const world = createFaultWorld(2, { hours: 24, startsAt: Date.UTC(2026, 0, 5), devices: 300 });
    const rows = [...world.rows()];
    const devices = new Map(world.fleet.map((device) => [device.deviceId, device]));
    expect(rows.map(({ minute, at }) => [minute, at])).toEqual(
      Array.from({ length: 1_440 }, (_, minute) => [minute, Date.UTC(2026, 0, 5, 0, minute)]),
    );
    expect(rows.every(({ offered }) => offered.length === world.queues.length)).toBe(true);
    for (const alert of rows.flatMap(({ alerts }) => alerts)) {
      expect(alert.raised).toBeGreaterThanOrEqual(alert.deviceIds.length);
      expect(new Set(alert.deviceIds).size).toBe(alert.deviceIds.length);
      for (const id of alert.deviceIds) {
        const device = devices.get(id);
        expect(device?.product.name).toBe(alert.product);
        expect([device?.firmwareVersion, device?.site]).toEqual([alert.firmwareVersion, alert.site]);
        const queue = world.queues.find(({ name }) => name === device?.product.queueName);
        expect([alert.queueName, alert.queueId]).toEqual([queue?.name ?? null, queue?.id ?? null]);
      }
    }
  });

  it('SIM-41 follows the day in calls, less so in alerts, and has the rate that it was asked for', () => {
    const curve = createDayCurve('UTC');
    const sums = { alerts: [0, 0], calls: [0, 0], minutes: [0, 0] };
    for (const seed of SEEDS) {
      const world = createFaultWorld(seed, {
        hours: 24,
        callsPerHour: 150,
        alertsPerHour: 0.5,
        devices: 1_200,
      });
      for (const row of world.rows()) {
        const half = curve(row.at) > 0.7 ? 1 : 0;
        sums.minutes[half] = (sums.minutes[half] ?? 0) + 1;
        sums.alerts[half] =
          (sums.alerts[half] ?? 0) + row.alerts.reduce((sum, { raised }) => sum + raised, 0);
        sums.calls[half] = (sums.calls[half] ?? 0) + row.offered.reduce((sum, one) => sum + one, 0);
      }
    }
    const [nightCalls = 0, dayCalls = 0] = sums.calls;
    const [nightAlerts = 0, dayAlerts = 0] = sums.alerts;
    const [nightMinutes = 0, dayMinutes = 0] = sums.minutes;
    const callsRatio = dayCalls / dayMinutes / (nightCalls / nightMinutes);
    const alertsRatio = dayAlerts / dayMinutes / (nightAlerts / nightMinutes);
    expect(callsRatio).toBeGreaterThan(1.6);
    expect(alertsRatio).toBeGreaterThan(1.1);
    expect(alertsRatio).toBeLessThan(callsRatio - 0.3);
    const alertsADay = (dayAlerts + nightAlerts) / SEEDS.length;
    expect(alertsADay).toBeGreaterThan(1_200 * 0.5 * 24 * 0.8);
    expect(alertsADay).toBeLessThan(1_200 * 0.5 * 24 * 1.15);
  });

  it('SIM-41 is quiet, not still: devices chatter, and calls vary more than chance alone would let them', () => {
    const measure = (troubles: boolean) => {
      let most = 0;
      const hours: number[][] = [];
      for (const seed of SEEDS) {
        for (const { minute, alerts, offered } of createFaultWorld(seed, { hours: 24, troubles }).rows()) {
          most = Math.max(
            most,
            alerts.reduce((sum, { raised }) => sum + raised, 0),
          );
          for (const [queue, calls] of offered.entries()) {
            const cell = cellOf(hours, queue * 24 + Math.floor(minute / 60));
            cell[SEEDS.indexOf(seed)] = (cell[SEEDS.indexOf(seed)] ?? 0) + calls;
          }
        }
      }
      return { most, dispersion: mean(hours.map((cell) => variance(cell) / mean(cell))) };
    };
    const [quiet, still] = [measure(true), measure(false)];
    // A fifth of a site's devices in three minutes.
    expect(quiet.most).toBeGreaterThan(still.most * 1.3);
    // 1 would be Poisson's.
    expect(still.dispersion).toBeGreaterThan(2);
    expect(quiet.dispersion).toBeGreaterThan(still.dispersion * 1.05);
    expect(createFaultWorld(1, { hours: 24 }).fault).toBeNull();
  });

  it('SIM-42 raises so many times the usual alerts of one firmware, and so many times the calls of its queue', () => {
    const before = { hit: 0, others: 0, calls: 0, otherCalls: 0 };
    const during = { ...before };
    const add = (to: typeof before, more: typeof before) => {
      for (const key of ['hit', 'others', 'calls', 'otherCalls'] as const) to[key] += more[key];
    };
    for (const seed of [...SEEDS, 11, 12, 13, 14]) {
      const fault = { atMinute: 720, course: { ...COURSE, plateauMinutes: 240, halfLifeMinutes: 600 } };
      const options = { hours: 16, troubles: false };
      const sick = createFaultWorld(seed, { ...options, fault });
      const told = sick.fault;
      if (told === null) throw new Error('no fault');
      expect([told.alertsFromMinute, told.callsFromMinute, told.peakMinute]).toEqual([720, 728, 748]);
      add(before, count(createFaultWorld(seed, options), told, 750, 810));
      add(during, count(sick, told, 750, 810));
      // Before it, nothing of it.
      expect(count(sick, told, 0, 720)).toEqual(count(createFaultWorld(seed, options), told, 0, 720));
    }
    expect(during.hit / before.hit).toBeGreaterThan(2.6);
    expect(during.hit / before.hit).toBeLessThan(3.4);
    expect(during.calls / before.calls).toBeGreaterThan(2.6);
    expect(during.calls / before.calls).toBeLessThan(3.2);
    expect(during.others / before.others).toBeCloseTo(1, 0);
    expect(during.otherCalls / before.otherCalls).toBeCloseTo(1, 1);
  });

  it('SIM-42 takes the product, firmware, share and multiples that are asked for', () => {
    const fault = { atMinute: 30, product: 'FrostLine 200', firmwareVersion: '5.0', share: 1, callsTimes: 1 };
    const world = createFaultWorld(1, { hours: 1, fault });
    const alike = world.fleet.filter(
      (device) => device.product.name === 'FrostLine 200' && device.firmwareVersion === '5.0',
    );
    expect(world.fault).toMatchObject({
      product: 'FrostLine 200',
      firmwareVersion: '5.0',
      sensorType: 'heartbeat',
      queueId: world.queues.find(({ name }) => name === 'Fridges')?.id,
      devices: alike.length,
    });
  });

  it.each([
    [-1, 0, 0],
    [0, 0, 0],
    [1.5, 0.5, 0],
    [3, 1, 0],
    [18, 1, 0.5],
    [28, 1, 1],
    [48, 1, 0.5],
    [63, 1, 0.5 ** (35 / 20)],
    [83, 0.5, 0.5 ** (55 / 20)],
    [10_000, 0, 0],
  ])('SIM-42 goes up and down: after %d minutes alerts %d, calls %d', (minutes, alerts, calls) => {
    expect(alertsHeight(COURSE, minutes)).toBeCloseTo(alerts, 9);
    expect(callsHeight(COURSE, minutes)).toBeCloseTo(calls, 9);
    expect(alertsHeight(COURSE, endsAfterMinutes(COURSE))).toBe(0);
    expect(callsHeight(COURSE, endsAfterMinutes(COURSE))).toBe(0);
  });

  it.each([
    [9, 1],
    [10, 1],
    [15, 1.5],
    [20, 2],
    [25, 1.5],
    [30, 1],
  ])('SIM-41 has peaks of calls that rise and fall evenly: minute %d, times %d', (minute, times) => {
    expect(peakFactor({ queue: 0, fromMinute: 10, minutes: 20, times: 2 }, minute)).toBeCloseTo(times, 9);
  });
});
