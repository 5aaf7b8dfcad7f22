import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMessage } from '../../../server/alerts/parse-message';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import type { SimulatorOptions } from '../../../server/simulator/options';
import { startSimulator } from '../../../server/simulator/simulator';
import { parseSettings } from '../../../server/store/settings';
import { FakeClock } from '../../support/fake-clock';
import { type SimStage, setSimStage } from './sim-stage';

const MINUTE = 60_000;
const WORLD: SimulatorOptions['world'] = {
  kind: 'made-up',
  queues: 12,
  seed: 1,
  warmUp: false,
  callsPerHour: 600,
};
interface Heard {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retained: boolean;
  readonly qos: number;
}
let stage: SimStage;
let clients: MqttClient[];

/** A client that has subscribed and remembers what it hears. */
async function listen(topic: string, more: IClientOptions = {}) {
  const client = mqtt.connect(stage.simulator.mqttUrl ?? '', { reconnectPeriod: 0, ...more });
  clients.push(client);
  const heard: Heard[] = [];
  client.on(
    'message',
    (to, payload, { retain, qos }) => void heard.push({ topic: to, payload, retained: retain, qos }),
  );
  client.on('error', () => {});
  const isKnown = await new Promise<boolean>((resolve) => {
    client.once('connect', ({ sessionPresent }) => resolve(sessionPresent));
  });
  await client.subscribeAsync(topic, { qos: 1 });
  return { client, heard, isKnown };
}
/** Moves the world on, with real I/O in between, until it is so. */
async function until(holds: () => boolean, stepMs = 0): Promise<void> {
  for (let round = 0; !holds(); round += 1) {
    if (round > 2_000) throw new Error('never');
    await stage.pass(stepMs, stepMs || 1);
    // Asking is dear, and each message takes a turn or two.
    for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
function devices() {
  const told = stage.simulator.truth().devices;
  if (told === null) throw new Error('no devices');
  return told;
}
const set = async (ownFaults: boolean, world = WORLD, more = {}) => {
  stage = await setSimStage({ world, devices: { port: 0, devices: 300, ownFaults, ...more } });
};
const inject = async (body: unknown) => (await stage.call('POST', '/simulator/faults', { body })).body;

describe('the devices of the simulator', () => {
  beforeEach(() => {
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) await client.endAsync(true);
    await stage.stop();
  });

  it('SIM-43 says on a port of its own, retained, who is online, and with QoS 1 what they raise', async () => {
    await set(false);
    expect(stage.simulator.mqttUrl).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
    expect(stage.simulator.mqttUrl).not.toContain(`:${stage.simulator.port}`);
    await until(() => devices().waiting === 0);
    const statuses = await listen('devices/+/status');
    await until(() => statuses.heard.length === 300);
    expect(new Set(statuses.heard.map(({ topic }) => topic)).size).toBe(300);
    expect(statuses.heard.every(({ retained, qos }) => retained && qos === 1)).toBe(true);
    const offline = statuses.heard.filter(({ payload }) => payload.toString() === 'offline');
    expect(offline.length).toBe(devices().offline);
    const alerts = await listen('devices/+/alerts');
    await stage.pass(25);
    await until(() => alerts.heard.length > 0);
    expect(alerts.heard[0]).toMatchObject({ retained: false, qos: 1 });
  });

  it('SIM-44 keeps what devices had to tell until somebody listens, and then tells it in order', async () => {
    await set(false, WORLD, { pastMinutes: 120 });
    await stage.pass(1_000, 100);
    const { held, published } = devices();
    expect([held > 500, published]).toEqual([true, 0]);
    const { heard } = await listen('#');
    await stage.pass(25);
    await until(() => heard.filter(({ topic }) => topic.endsWith('/alerts')).length >= held);
    const times = heard.flatMap(({ topic, payload }) => {
      const read = parseMessage({ topic, payload, receivedAt: stage.clock.now(), retained: false });
      return read.kind === 'raised' && read.clockSkewMs === null ? [read.raisedAt] : [];
    });
    expect(stage.clock.now() - Math.min(...times)).toBeGreaterThan(110 * MINUTE);
    // What a device without a connection has kept comes a little later.
    const late = times.filter((time, at) => time < Math.max(...times.slice(0, at)) - 30 * MINUTE);
    expect(late.length).toBeLessThan(times.length / 20);
    expect(devices().held).toBe(0);
    // The next listener finds them gone.
    const second = await listen('devices/+/alerts');
    await stage.pass(500, 100);
    expect(second.heard.length).toBeLessThan(5);
  });

  it('SIM-44 begins with the faults of its seed when somebody listens: one in the first minute', async () => {
    await set(true);
    await stage.pass(2 * MINUTE, 1_000);
    expect(devices().faults).toEqual([]);
    await listen('devices/+/alerts');
    await stage.pass(MINUTE, 1_000);
    const [fault, ...others] = devices().faults;
    expect(others).toEqual([]);
    expect(fault?.devices).toBeGreaterThan(10);
    expect(fault?.queueId).not.toBeNull();
    await until(() => devices().active.critical >= (fault?.devices ?? 0), 1_000);
    await stage.pass(60 * MINUTE, 10_000);
    expect(devices().faults.length).toBeGreaterThan(1);
  });

  it('SIM-57 knows the session of a listener from before', async () => {
    await set(false, WORLD, { keptFor: 'floor' });
    const { heard, isKnown } = await listen('devices/+/alerts', { clientId: 'floor', clean: false });
    expect(isKnown).toBe(true);
    await stage.pass(25);
    await until(() => heard.length > 0);
    expect((await listen('devices/+/alerts', { clientId: 'other', clean: false })).isKnown).toBe(false);
  });

  it('SIM-58 is in the middle of a fault when it is warmed up, and its callers are in the books', async () => {
    const world = { ...WORLD, warmUp: true } as const;
    await set(true, world, { devices: 400 });
    const now = stage.clock.now();
    const [fault, ...others] = devices().faults;
    expect(others).toEqual([]);
    const ageMinutes = (now - (fault?.startedAt ?? 0)) / MINUTE;
    expect([ageMinutes >= 20, ageMinutes <= 25, (fault?.callsFrom ?? now) < now]).toEqual([true, true, true]);
    const offered = (since: number) =>
      stage.simulator
        .truth({ since })
        .queues.filter(({ id }) => id === fault?.queueId)
        .flatMap(({ media }) => media.map(({ today }) => today.offered))
        .reduce((sum, one) => sum + one, 0);
    const half = 30 * MINUTE;
    const last = offered(now - half);
    expect(last / (offered(now - 2 * half) - last)).toBeGreaterThan(1.5);
    // The next one begins later.
    await listen('devices/+/alerts');
    await stage.pass(2 * MINUTE, 1_000);
    expect(devices().faults).toHaveLength(1);
    await stage.stop();
    await set(false, world);
    expect(devices().faults).toEqual([]);
  });

  it('SIM-47 tells in its truth what a listener has heard, as a whole and by queue', async () => {
    await set(false);
    const { heard } = await listen('devices/+/alerts');
    await stage.pass(60 * MINUTE, 5_000);
    await until(() => devices().waiting === 0);
    const told = devices();
    const ids = () =>
      new Set(
        heard.flatMap(({ topic, payload }) => {
          const read = parseMessage({ topic, payload, receivedAt: stage.clock.now(), retained: false });
          return read.kind === 'raised' ? [read.id] : [];
        }),
      );
    await until(() => ids().size >= told.published);
    expect(ids().size).toBe(told.published);
    const { alerts } = (await stage.call('GET', '/simulator/alerts')).body;
    expect(alerts).toHaveLength(told.published);
    expect(told.queues.reduce((sum, { published }) => sum + published, 0)).toBeLessThanOrEqual(
      told.published,
    );
    expect(told.queues).toHaveLength(6);
    expect(told.queues.every(({ published }) => published > 0)).toBe(true);
    expect((await stage.call('GET', '/simulator/truth')).body.devices).toEqual(
      JSON.parse(JSON.stringify(devices())),
    );
  });

  it('SIM-48 has a fault on command that the queue’s callers follow, with the others as they would have come', async () => {
    await set(false, { ...WORLD, callsPerHour: 1_200 });
    const clock = new FakeClock();
    const alone = await startSimulator({
      ...{ port: 0, clock, random: seededRandom(1), log: silentLog },
      world: { ...WORLD, callsPerHour: 1_200 },
    });
    await listen('devices/+/alerts');
    const injected = await inject({
      ...{ kind: 'deviceFault', product: 'FrostLine 200', firmwareVersion: '4.5', share: 1, callsTimes: 3 },
      ...{ lagMinutes: 5, callsRiseMinutes: 1, halfLifeMinutes: 600 },
    });
    const [fault] = devices().faults;
    expect(injected.affected).toBe(fault?.devices);
    expect(fault).toMatchObject({
      product: 'FrostLine 200',
      firmwareVersion: '4.5',
      sensorType: 'heartbeat',
    });
    const offered = (simulator: typeof alone, isIts: boolean) =>
      simulator
        .truth({ since: 0 })
        .queues.filter(({ id }) => (id === fault?.queueId) === isIts)
        .flatMap(({ media }) => media.map(({ today }) => today.offered - today.transferred))
        .reduce((sum, one) => sum + one, 0);
    // Calls that wait too long go on to the neighbour: before that they are as they would have been.
    await stage.pass(5 * MINUTE, 500);
    clock.advance(stage.clock.now() - clock.now());
    expect([offered(stage.simulator, true), offered(stage.simulator, false)]).toEqual([
      ...[offered(alone, true), offered(alone, false)],
    ]);
    const before = [offered(stage.simulator, true), offered(alone, true)];
    await stage.pass(31 * MINUTE, 500);
    clock.advance(31 * MINUTE);
    const [sick = 0, well = 0] = [stage.simulator, alone].map(
      (one, at) => offered(one, true) - (before[at] ?? 0),
    );
    expect(sick / well).toBeGreaterThan(2.5);
    expect(sick / well).toBeLessThan(3.3);
    await alone.stop();
  });

  it('SIM-49 publishes so many alerts at once, and cuts its listeners’ lines', async () => {
    await set(false);
    const { client } = await listen('devices/+/alerts');
    await until(() => devices().held === 0, 25);
    await until(() => devices().published > 0);
    const before = devices();
    expect((await inject({ kind: 'alertBurst', count: 2_000, level: 'critical' })).affected).toBe(300);
    await until(() => devices().published >= before.published + 2_000, 5);
    expect(devices().active.critical).toBeGreaterThan(1_500);
    const gone = new Promise<void>((resolve) => void client.once('close', () => resolve()));
    expect((await inject({ kind: 'cutBroker' })).affected).toBe(1);
    await gone;
  });

  it('SIM-49 hits nothing where there are no devices like that, or none at all', async () => {
    await set(false);
    expect((await inject({ kind: 'deviceFault', product: 'Nothing' })).affected).toBe(0);
    expect(
      (await stage.call('POST', '/simulator/faults', { body: { kind: 'deviceFault', share: 2 } })).status,
    ).toBe(400);
    await stage.stop();
    stage = await setSimStage();
    expect(stage.simulator.mqttUrl).toBeNull();
    expect((await inject({ kind: 'alertBurst' })).affected).toBe(0);
    expect(stage.simulator.truth().devices).toBeNull();
    expect((await stage.call('GET', '/simulator/alerts')).body).toEqual({ alerts: [] });
  });

  it('SIM-51 gives out which queue each product’s owners call, as Floorcast’s settings', async () => {
    await set(false);
    const { text } = await stage.call('GET', '/simulator/device-rules');
    const read = parseSettings(text);
    if (!read.ok) throw new Error(read.error.join('\n'));
    const names = new Map(stage.simulator.truth().queues.map(({ id, name }) => [id, name]));
    expect(read.value.deviceRules.map(({ product, queueId }) => [product, names.get(queueId)])).toEqual([
      ['AquaSpin *', 'Washers'],
      ['HeatPro *', 'Ovens'],
      ['FrostLine *', 'Fridges'],
      ['AirDry *', 'Dryers'],
      ['ClearWash *', 'Dishwashers'],
      ['HomeHub *', 'Smart Home'],
    ]);
  });

  it('SIM-29 leaves no broker behind where its own port is taken', async () => {
    await set(false);
    const options = {
      port: stage.simulator.port,
      clock: stage.clock,
      random: seededRandom(1),
      log: silentLog,
    };
    const devicesToo = { devices: { port: 0, devices: 3 } };
    await expect(startSimulator({ ...options, ...devicesToo, world: WORLD })).rejects.toThrow('EADDRINUSE');
  });
});
