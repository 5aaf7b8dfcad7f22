import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../server/alerts/parse-message';
import { seededRandom } from '../../../server/runtime/random';
import { createDeviceBooks } from '../../../server/simulator/world/device-books';
import { type FleetDevice, planFleet } from '../../../server/simulator/world/device-fleet';
import { createDeviceLife } from '../../../server/simulator/world/device-life';
import {
  alertMessage,
  type DeviceMessage,
  malformedMessage,
} from '../../../server/simulator/world/device-message';
import { type LiveFaultWish, planLiveFault } from '../../../server/simulator/world/live-fault';
import { planCentre } from '../../../server/simulator/world/made-up-plan';

const START = Date.UTC(2026, 10, 20, 9);
const MINUTE = 60_000;
const SEEDS = [1, 2, 3];

function open(seed: number, devices = 200) {
  const fleet = planFleet({ devices, seed, alertsPerHour: 2 });
  const messages: DeviceMessage[] = [];
  const life = createDeviceLife({
    fleet,
    random: seededRandom(seed),
    curve: () => 1,
    run: 'run',
    send: (message) => void messages.push(message),
  });
  life.open(START);
  return { fleet, life, messages };
}
const wire = ({ topic, payload, at }: DeviceMessage) => ({
  topic,
  payload: Buffer.from(payload),
  receivedAt: at,
  retained: false,
});
const first = <T>(list: readonly T[]): T => {
  const [one] = list;
  if (one === undefined) throw new Error('none');
  return one;
};

/** What Floorcast's own reading of the messages gives: each alert once, and those that nothing after them cleared. */
function recount(messages: readonly DeviceMessage[]) {
  const raised = new Map<string, { place: string; level: string; at: number }>();
  const clearedAt = new Map<string, number>();
  const offline = new Set<string>();
  let refused = 0;
  for (const message of messages) {
    const read = parseMessage(wire(message));
    if (read.kind === 'refused') refused += 1;
    if (read.kind === 'presence' && read.connection === 'offline') offline.add(read.deviceId);
    if (read.kind === 'presence' && read.connection === 'online') offline.delete(read.deviceId);
    if (read.kind !== 'raised' && read.kind !== 'cleared') continue;
    const place = `${read.deviceId} ${read.sensorType}`;
    if (read.kind === 'raised') raised.set(read.id, { place, level: read.level, at: read.deviceTime });
    else clearedAt.set(place, Math.max(read.deviceTime, clearedAt.get(place) ?? Number.NEGATIVE_INFINITY));
  }
  const active = { critical: 0, warning: 0, info: 0 };
  for (const { place, level, at } of raised.values()) {
    if (at > (clearedAt.get(place) ?? Number.NEGATIVE_INFINITY)) active[level as keyof typeof active] += 1;
  }
  return { published: raised.size, active, offline: offline.size, malformed: refused };
}

describe('what a device writes', () => {
  const [plain] = planFleet({ devices: 1, seed: 1 });
  const device = (habits: Partial<FleetDevice['habits']>): FleetDevice => ({
    ...(plain as FleetDevice),
    deviceId: 'dev-1',
    site: 'Bremen',
    firmwareVersion: '3.2',
    habits: { naming: 'snake', extraFields: false, ownIds: true, clockSkewMs: 0, ...habits },
  });
  const reading = { sensorType: 'temperature', level: 'critical', value: 81.5, exceeded: true } as const;
  const write = (habits: Partial<FleetDevice['habits']>) =>
    JSON.parse(
      String(
        alertMessage(device(habits), {
          ...reading,
          at: START,
          alertId: habits.ownIds === false ? null : 'a-1',
        }).payload,
      ),
    );

  it('SIM-45 has the fields of the contract, and no others', () => {
    expect(write({})).toEqual({
      device_id: 'dev-1',
      sensor_type: 'temperature',
      alert_level: 'critical',
      reading_value: 81.5,
      threshold_exceeded: true,
      timestamp_ms: START,
      alert_id: 'a-1',
      site: 'Bremen',
      product: plain?.product.name,
      firmware_version: '3.2',
    });
  });

  it('SIM-45 is in camelCase, without an id, with more fields or of another time, as the device is used to', () => {
    const camel = [
      'deviceId',
      'sensorType',
      'alertLevel',
      'readingValue',
      'thresholdExceeded',
      'timestampMs',
    ];
    expect(Object.keys(write({ naming: 'camel' }))).toEqual([
      ...camel,
      'alertId',
      'site',
      'product',
      'firmwareVersion',
    ]);
    expect(write({ ownIds: false })).not.toHaveProperty('alert_id');
    expect(write({ extraFields: true })).toMatchObject({ net: { mesh: true } });
    expect(write({ clockSkewMs: -3_600_000 }).timestamp_ms).toBe(START - 3_600_000);
  });

  it('SIM-45 is read by Floorcast as it was meant', () => {
    for (const naming of ['snake', 'camel'] as const) {
      const message = alertMessage(device({ naming, extraFields: true }), {
        ...reading,
        at: START,
        alertId: null,
      });
      expect(parseMessage(wire(message))).toMatchObject({
        ...{
          kind: 'raised',
          deviceId: 'dev-1',
          sensorType: 'temperature',
          level: 'critical',
          readingValue: 81.5,
        },
        ...{ raisedAt: START, site: 'Bremen', firmwareVersion: '3.2' },
      });
    }
  });

  it('SIM-46 is broken in seven ways, none of which counts as an alert', () => {
    const random = seededRandom(1);
    const reasons = new Map<string, string>();
    for (let n = 0; n < 200; n += 1) {
      const read = parseMessage(wire(malformedMessage(device({}), START, random)));
      if (read.kind !== 'refused') throw new Error(`taken: ${JSON.stringify(read)}`);
      reasons.set(`${read.reason} ${read.detail}`, read.reason);
    }
    expect([...reasons.values()].sort()).toEqual([
      ...['not-json', 'not-text', 'too-large', 'topic', 'wrong-shape', 'wrong-shape', 'wrong-shape'],
    ]);
  });
});

describe('a fleet at work', () => {
  it('SIM-47 is told of in books that equal a recount of its messages, at every moment', () => {
    for (const seed of SEEDS) {
      const { fleet, life, messages } = open(seed);
      const books = createDeviceBooks(fleet);
      let booked = 0;
      for (let minute = 15; minute <= 180; minute += 15) {
        if (minute === 60) life.burst(500, 'info', START + 50 * MINUTE);
        life.advanceTo(START + minute * MINUTE);
        for (const message of messages.slice(booked)) books.published(message);
        booked = messages.length;
        expect(books.figures()).toMatchObject(recount(messages));
      }
      const { published, repeated, active } = books.figures();
      expect(published).toBeGreaterThan(900);
      expect(repeated).toBeGreaterThan(5);
      const listed = books.alerts();
      expect(listed).toHaveLength(published);
      expect(listed.filter(({ clearedAt }) => clearedAt === null)).toHaveLength(
        active.critical + active.warning + active.info,
      );
    }
  });

  it('SIM-47 counts an alert as cleared that comes after the clearing it was raised before', () => {
    const { fleet } = open(1, 1);
    const device = first(fleet);
    const books = createDeviceBooks(fleet);
    const say = (level: 'warning' | 'normal', at: number) =>
      books.published(
        alertMessage(device, {
          ...{ sensorType: 'door', value: 1, exceeded: true, alertId: `a${at}` },
          level,
          at,
        }),
      );
    say('normal', START);
    say('warning', START - 1);
    expect(books.figures()).toMatchObject({ published: 1, active: { warning: 0 } });
    say('warning', START + 1);
    say('normal', START);
    expect(books.figures()).toMatchObject({ published: 2, active: { warning: 1 } });
  });

  it('SIM-50 loses devices now and then: retained offline, then online with what they kept, in order', () => {
    const { messages, life } = open(2);
    expect(messages.every(({ retain, payload }) => retain && payload === 'online')).toBe(true);
    expect(messages).toHaveLength(200);
    life.advanceTo(START + 300 * MINUTE);
    const late = messages.filter(({ fact }) => fact.kind === 'status').slice(200);
    expect(late.length).toBeGreaterThan(20);
    let kept = 0;
    for (const off of late.filter(({ payload }) => payload === 'offline')) {
      const own = messages.slice(messages.indexOf(off) + 1).filter(({ device }) => device === off.device);
      const [back, ...after] = own;
      if (back === undefined) continue;
      // Nothing in between; then what is older than its return.
      expect([back.payload, back.retain]).toEqual(['online', true]);
      kept += after.filter(({ at }) => at < back.at).length;
    }
    expect(kept).toBeGreaterThan(3);
  });

  it('SIM-48 loses the heartbeat of a firmware: each of its devices at once, again and again, until it is over', () => {
    const { fleet, life, messages } = open(3, 400);
    const { queues } = planCentre({ queues: 12, seed: 1 });
    const wish: LiveFaultWish = {
      ...{ product: 'AquaSpin 500', firmwareVersion: '3.1', share: 1, alertsTimes: 20, callsTimes: 3 },
      ...{ riseMinutes: 1, plateauMinutes: 20, lagMinutes: 2, callsRiseMinutes: 4, halfLifeMinutes: 2 },
    };
    const fault = planLiveFault(seededRandom(1), fleet, queues, wish, START);
    if (fault === null) throw new Error('no fault');
    expect(fault.queue).toBe(queues.findIndex(({ name }) => name === 'Washers'));
    expect(fault.devices).toEqual(
      fleet.filter((one) => one.product.name === 'AquaSpin 500' && one.firmwareVersion === '3.1'),
    );
    life.begin(fault);
    life.advanceTo(START + 60 * MINUTE);
    const heartbeats = messages.filter(
      ({ device, fact }) =>
        fact.kind === 'raised' &&
        fact.sensorType === 'heartbeat' &&
        fact.level === 'critical' &&
        fault.devices.includes(device),
    );
    const inFirst = new Set(heartbeats.filter(({ at }) => at <= START + MINUTE).map(({ device }) => device));
    // Some of them have no connection just then.
    expect(inFirst.size).toBeGreaterThan(fault.devices.length * 0.9);
    expect(heartbeats.length).toBeGreaterThan(fault.devices.length * 5);
    const books = createDeviceBooks(fleet);
    for (const message of messages) books.published(message);
    const open48 = books
      .alerts()
      .filter((a) => a.sensorType === 'heartbeat' && a.level === 'critical' && a.clearedAt === null);
    expect(open48.length).toBeLessThan(4);
    expect(planLiveFault(seededRandom(1), fleet, queues, { ...wish, product: 'Nothing' }, START)).toBeNull();
  });
});
