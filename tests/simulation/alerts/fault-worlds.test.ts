/** The detector of faults against made-up worlds that know what was injected: how often it is wrong, how often in time. */
import { describe, expect, it } from 'vitest';
import { type CauseMinute, FaultDetector } from '../../../server/alerts/fault-detector';
import {
  createFaultWorld,
  type FaultWish,
  type MinuteRow,
} from '../../../server/simulator/world/fault-world';

const WORLDS = 40;
const HOURS = 24;

interface Banner {
  readonly minute: number;
  readonly queueId: string;
  readonly product: string | null;
}

/** Queues by the names that devices are mapped to. */
function causesOf(row: MinuteRow, queueIds: ReadonlyMap<string, string>): CauseMinute[] {
  const causes = new Map<string, CauseMinute>();
  for (const { product, firmwareVersion, sensorType, queueName, raised, deviceIds } of row.alerts) {
    const queueId = queueName === null ? undefined : queueIds.get(queueName);
    if (queueId === undefined) continue;
    const traits = { queueId, product, firmwareVersion, sensorType };
    const key = JSON.stringify(traits);
    const held = causes.get(key);
    const devices = new Set([...(held?.deviceIds ?? []), ...deviceIds]);
    causes.set(key, { ...traits, raised: (held?.raised ?? 0) + raised, deviceIds: [...devices] });
  }
  return [...causes.values()];
}

function watch(seed: number, fault?: FaultWish) {
  const world = createFaultWorld(seed, { hours: HOURS, ...(fault === undefined ? {} : { fault }) });
  const queueIds = new Map(world.queues.map(({ id, name }) => [name, id]));
  const detector = new FaultDetector();
  const banners = new Map<string, Banner>();
  for (const row of world.rows()) {
    const offered = new Map(world.queues.map(({ id }, index) => [id, row.offered[index] ?? 0]));
    detector.step({ at: row.at, causes: causesOf(row, queueIds), offered });
    for (const { id, queueId, product } of detector.faults()) {
      if (!banners.has(id)) banners.set(id, { minute: row.minute, queueId, product });
    }
  }
  return { world, banners: [...banners.values()] };
}

describe('faults in made-up worlds', () => {
  it('ALERT-94 a quiet day has one banner at most, and few days have one', () => {
    const days = Array.from({ length: WORLDS }, (_, seed) => watch(seed + 1).banners.length);
    const total = days.reduce((sum, count) => sum + count, 0);
    process.stdout.write(`quiet: ${total} banners in ${WORLDS} days\n`);
    expect(Math.max(...days)).toBeLessThanOrEqual(1);
    expect(total).toBeLessThanOrEqual(WORLDS / 5);
  });

  it('ALERT-95 a fault of three times usual is found, nine in ten before the callers’ peak', () => {
    let found = 0;
    let inTime = 0;
    for (let seed = 1; seed <= WORLDS; seed += 1) {
      const { world, banners } = watch(seed + 1_000, { atMinute: 240 + ((seed * 197) % 900) });
      const injected = world.fault;
      const own = banners.find(
        ({ minute, queueId, product }) =>
          injected !== null &&
          queueId === injected.queueId &&
          product === injected.product &&
          minute >= injected.alertsFromMinute,
      );
      if (own === undefined || injected === null) continue;
      found += 1;
      if (own.minute < injected.peakMinute) inTime += 1;
    }
    process.stdout.write(`faults: ${found} of ${WORLDS} found, ${inTime} before the peak\n`);
    expect(found).toBeGreaterThanOrEqual(WORLDS * 0.95);
    expect(inTime).toBeGreaterThanOrEqual(WORLDS * 0.9);
  });
});
