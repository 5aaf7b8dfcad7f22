/** The link where something is wrong: what it says in plain words, how it comes back, and what it never does. */
import { createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { MqttSettings } from '../../../server/alerts/mqtt-source';
import { FakeClock } from '../../support/fake-clock';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto';
import { type BrokerManners, HandMadeBroker } from './hand-made-broker';
import { settingsFor } from './settings';
import { client, eventually, held, SourceStage, type StageOptions } from './stage';

const USERS = { floorcast: 'right password' };

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function mosquitto(...options: Parameters<typeof startMosquitto>): Promise<Mosquitto> {
  const broker = await startMosquitto(...options);
  stops.push(() => broker.stop());
  return broker;
}

async function handMade(manners: Partial<BrokerManners> = {}): Promise<HandMadeBroker> {
  const broker = await HandMadeBroker.start(manners);
  stops.push(() => broker.stop());
  return broker;
}

function stage(url: string, settings: Partial<MqttSettings> = {}, options: StageOptions = {}): SourceStage {
  const made = new SourceStage(settingsFor(url, settings), options);
  stops.push(() => made.source.stop());
  return made.start();
}

/** An address where nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

describe('a link in trouble says in plain words why', () => {
  it('ALERT-61 nobody answers', async () => {
    await stage(await deadUrl()).reached('down', 'nobody answers at MQTT_URL');
  });

  it('ALERT-61 a wrong password, which it does not repeat', async () => {
    const broker = await mosquitto({ users: USERS });
    const floor = stage(broker.url, { username: 'floorcast', password: 'canary password' });
    await floor.reached('down', /MQTT_USERNAME, MQTT_PASSWORD/);
    expect(floor.logged.join('')).not.toContain('canary');
    const right = stage(broker.url, { clientId: 'right', username: 'floorcast', password: USERS.floorcast });
    await right.reached('live');
  });

  const codes = [
    [1, 'the broker does not speak MQTT 3.1.1'],
    [2, 'the broker refuses MQTT_CLIENT_ID'],
    [3, 'the broker is not available now'],
    [4, 'the broker refuses MQTT_USERNAME and MQTT_PASSWORD'],
  ] as const;
  it.each(codes)('ALERT-61 the broker answers with %i', async (connack, message) => {
    const broker = await handMade({ connack });
    await stage(broker.url).reached('down', message);
  });

  it('ALERT-61 what answers is no broker', async () => {
    const broker = await handMade({ connack: null });
    const floor = stage(broker.url);
    await eventually(() => broker.connectionCount === 1);
    broker.send(0xff, Buffer.from('HTTP/1.1 400 Bad Request'));
    await floor.reached('down', /^the link to the broker failed: /);
  });

  it('ALERT-61 a broker that takes and drops it at once, as where another has its client id', async () => {
    const broker = await handMade();
    const floor = stage(broker.url, {}, { clock: new FakeClock() });
    await floor.reached('live');
    broker.hangUp();
    await floor.reached('down', /with the same MQTT_CLIENT_ID\?$/);
  });

  it('ALERT-61 certificates that cannot be read', async () => {
    const floor = stage('mqtts://127.0.0.1:1', { certificate: 'no PEM', key: 'no PEM' });
    await floor.reached('down', 'MQTT_CA, MQTT_CERTIFICATE or MQTT_KEY is no PEM text that can be read');
  });

  it('ALERT-60 a first failure and a new reason once, an outage loudly', async () => {
    const clock = new FakeClock();
    const broker = await handMade({ connack: 3 });
    const floor = stage(broker.url, {}, { clock });
    for (let count = 1; count <= 8; count += 1) {
      await eventually(() => floor.waitCount === count);
      clock.advance(60_000);
    }
    const levels = floor.logged.map((line) => JSON.parse(line).level);
    expect(levels).toEqual(['warn', 'error']);
  });
});

describe('topics that the broker does not give', () => {
  it('ALERT-62 are named, and the others go on', async () => {
    const broker = await mosquitto({ users: USERS, refusedFilters: ['devices/+/status'] });
    const login = { username: 'floorcast', password: USERS.floorcast };
    const floor = stage(broker.url, login);
    await floor.reached('degraded', 'the broker refuses devices/+/status: look at its access list');
    expect(floor.events).toEqual(['live']);
    const device = await client(broker.url, { ...login, clientId: 'device' });
    stops.push(() => device.endAsync(true));
    await device.publishAsync('devices/d1/alerts', 'an alert', { qos: 1 });
    await floor.storedAll(1);
  });

  it('ALERT-62 all of them: then it is not live', async () => {
    const broker = await mosquitto({
      users: USERS,
      refusedFilters: ['devices/+/status', 'devices/+/alerts'],
    });
    const floor = stage(broker.url, { username: 'floorcast', password: USERS.floorcast });
    await floor.reached('down', /^the broker refuses devices\/\+\/alerts, devices\/\+\/status: look/);
    expect(floor.events).toEqual([]);
  });

  it('ALERT-62 or gives without acknowledgements', async () => {
    const broker = await handMade({ granted: [1, 0] });
    const floor = stage(broker.url);
    await floor.reached('degraded', 'the broker does not repeat what is lost on devices/+/status (QoS 0)');
  });
});

/** It waits for the time given before it comes back, and no shorter. */
async function waits(floor: SourceStage, clock: FakeClock, count: number, waitMs: number): Promise<void> {
  await eventually(() => floor.waitCount === count);
  expect(clock.pendingCount).toBe(1);
  clock.advance(waitMs - 1);
  expect(clock.pendingCount).toBe(1);
  clock.advance(1);
  expect(clock.pendingCount).toBe(0);
}

describe('coming back', () => {
  it('ALERT-60 waits longer each time, by chance within bounds, never less than 250 ms', async () => {
    const clock = new FakeClock();
    const broker = await handMade({ connack: 3 });
    const floor = stage(broker.url, {}, { clock, random: () => 0.2 });
    for (const [count, waitMs] of [250, 400, 800, 1_600, 3_200, 6_000, 6_000].entries()) {
      await waits(floor, clock, count + 1, waitMs);
    }
    await eventually(() => broker.connectionCount === 8);
  });

  it('ALERT-60 begins with short waits again after a link that held or stored something, and only then', async () => {
    const clock = new FakeClock();
    const broker = await handMade({ connack: 3 });
    const floor = stage(broker.url, {}, { clock, random: () => 0.5 });
    const fails = (count: number, waitMs: number) => waits(floor, clock, count, waitMs);
    await fails(1, 500);
    await fails(2, 1_000);
    await eventually(() => floor.waitCount === 3);
    broker.manners = { ...broker.manners, connack: 0 };
    await fails(3, 2_000);
    await floor.reached('live');
    broker.hangUp();
    await fails(4, 4_000);
    // Held for 10 s.
    await floor.reached('live');
    clock.advance(10_000);
    broker.hangUp();
    await fails(5, 500);
    await floor.reached('live');
    broker.hangUp();
    await fails(6, 1_000);
    // Stored something.
    await floor.reached('live');
    broker.publish(1, 'an alert');
    await eventually(() => broker.acknowledged.length === 1);
    broker.hangUp();
    await fails(7, 500);
  });

  it('ALERT-66 gives up a broker that takes the connection and does not answer', async () => {
    for (const manners of [{ connack: null }, { granted: null }]) {
      const clock = new FakeClock();
      const broker = await handMade(manners);
      const floor = stage(broker.url, {}, { clock });
      await eventually(() => broker.connectionCount === 1);
      clock.advance(9_999);
      expect(floor.state).toBe('connecting');
      clock.advance(1);
      await floor.reached('down', 'the broker does not answer in time');
    }
  });

  it('ALERT-66 asks a silent broker, and gives it up where it stays silent', async () => {
    const clock = new FakeClock();
    const broker = await handMade();
    const floor = stage(broker.url, {}, { clock });
    await floor.reached('live');
    clock.advance(15_000);
    await eventually(() => broker.pingCount === 1);
    await eventually(() => floor.source.status().lastHeardAt === clock.now());
    broker.manners = { ...broker.manners, pings: false };
    clock.advance(22_500);
    await floor.reached('down', 'the broker has been silent for too long');
    expect(floor.events).toEqual(['live', 'lost']);
  });
});

describe('acknowledgements', () => {
  it('ALERT-55 never leave before the store, also where the broker ends its side meanwhile', async () => {
    const broker = await handMade();
    const floor = stage(broker.url);
    await floor.reached('live');
    const hold = held();
    floor.gate = hold.promise;
    broker.publish(1, 'a');
    broker.publish(2, 'b');
    await eventually(() => floor.batches.length > 0);
    await broker.halfClose();
    expect(broker.acknowledged).toEqual([]);
    hold.resolve();
    await floor.reached('down');
  });

  it('ALERT-55 leave when it is stored, those of the batch and no others', async () => {
    const broker = await handMade();
    const floor = stage(broker.url);
    await floor.reached('live');
    const first = held();
    floor.gate = first.promise;
    broker.publish(1, 'a');
    await eventually(() => floor.batches.length === 1);
    const second = held();
    broker.publish(2, 'b');
    broker.publish(3, 'c');
    floor.gate = second.promise;
    first.resolve();
    await eventually(() => floor.batches.length === 2);
    await eventually(() => broker.acknowledged.length === 1);
    expect(broker.acknowledged).toEqual([1]);
    floor.gate = null;
    second.resolve();
    await eventually(() => broker.acknowledged.length === 3);
    expect(broker.acknowledged).toEqual([1, 2, 3]);
    expect(floor.stored).toEqual(['a', 'b', 'c']);
  });

  it('ALERT-69 or not at all where the connection is gone: what had arrived is stored all the same', async () => {
    const broker = await handMade();
    const clock = new FakeClock();
    const floor = stage(broker.url, {}, { clock });
    await floor.reached('live');
    const hold = held();
    floor.gate = hold.promise;
    broker.publish(1, 'a');
    await eventually(() => floor.batches.length === 1);
    broker.publish(2, 'b');
    broker.publish(3, 'c');
    await broker.halfClose();
    expect(floor.stored).toEqual([]);
    expect(floor.state).toBe('down');
    // However long storing takes: nobody is to be heard on it any more.
    clock.advance(60_000);
    await turn();
    hold.resolve();
    await eventually(() => floor.stored.length === 3);
    expect(floor.stored).toEqual(['a', 'b', 'c']);
    expect(broker.acknowledged).toEqual([]);
  });
});
