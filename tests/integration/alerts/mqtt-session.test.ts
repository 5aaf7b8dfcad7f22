/** The link to a real Mosquitto: what is kept while the link is away, what is acknowledged when, and what others see. */
import type { MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import type { MqttSettings } from '../../../server/alerts/mqtt-source';
import { FakeClock } from '../../support/fake-clock';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '../../support/mosquitto';
import { settingsFor } from './settings';
import { client, eventually, held, publishAll, SourceStage, type StageOptions } from './stage';

const WILL = 'floorcast/floorcast/status';

let broker: Mosquitto;
const stages: SourceStage[] = [];
const clients: MqttClient[] = [];

afterEach(async () => {
  await Promise.all(stages.splice(0).map(({ source }) => source.stop()));
  await Promise.all(clients.splice(0).map((made) => made.endAsync(true)));
  await broker.stop();
});

async function startBroker(options: MosquittoOptions = {}): Promise<void> {
  broker = await startMosquitto(options);
}

function stage(settings: Partial<MqttSettings> = {}, options: StageOptions = {}): SourceStage {
  const made = new SourceStage(settingsFor(broker.url, settings), options);
  stages.push(made);
  return made;
}

async function other(): Promise<MqttClient> {
  const made = await client(broker.url);
  clients.push(made);
  return made;
}

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, n) => `alert ${from + n}`);
}

/** What is said on a topic, in order; retained ones too. */
async function watch(topic: string): Promise<string[]> {
  const said: string[] = [];
  const watcher = await other();
  watcher.on('message', (_, payload) => said.push(payload.toString('utf8')));
  await watcher.subscribeAsync(topic, { qos: 1 });
  return said;
}

describe('the session at the broker', () => {
  it('ALERT-58 keeps what is published while the link is away, and gives it once it is back', async () => {
    await startBroker();
    const first = await stage().started();
    await first.source.stop();
    const device = await other();
    await publishAll(device, numbered(1_500));
    const second = await stage().started();
    await second.storedAll(1_500);
    expect(second.stored).toEqual(numbered(1_500));
    expect(first.stored).toEqual([]);
  });

  it('ALERT-58 keeps it also while the broker was killed and came back', async () => {
    await startBroker();
    const first = await stage().started();
    await first.source.stop();
    const device = await other();
    await publishAll(device, numbered(100));
    await broker.save();
    await broker.kill();
    await broker.restart();
    const second = await stage().started();
    await second.storedAll(100);
    expect(second.stored).toEqual(numbered(100));
  });

  it('ALERT-55 acknowledges after storing and not before: what is not stored comes again after a cut', async () => {
    await startBroker();
    const first = await stage().started();
    const hold = held();
    first.gate = hold.promise;
    const device = await other();
    await publishAll(device, numbered(50));
    await eventually(() => first.batches.length > 0);
    await broker.save();
    await broker.kill();
    await first.reached('down');
    await broker.restart();
    first.gate = null;
    hold.resolve();
    await first.reached('live');
    await publishAll(device, ['the last']);
    await eventually(() => first.stored.includes('the last'));
    // All of it had arrived, and was stored, but the acknowledgements had nowhere to go.
    expect(first.stored).toEqual([...numbered(50), ...numbered(50), 'the last']);
  });

  it('ALERT-57 leaves to the broker what cannot be stored, says so, and takes it when it comes again', async () => {
    await startBroker();
    const floor = await stage().started();
    const device = await other();
    const hold = held();
    floor.gate = hold.promise;
    await publishAll(device, numbered(10));
    await eventually(() => floor.batches.length > 0);
    hold.reject(new Error('disk full'));
    await floor.reached('down', 'alerts cannot be stored; the broker keeps them');
    floor.gate = null;
    await floor.reached('live');
    await floor.storedAll(10);
    expect(floor.stored).toEqual(numbered(10));
    expect(await floor.metric('floorcast_mqtt_unstored_batches_total')).toBe(1);
    expect(floor.logged.filter((line) => line.includes('disk full'))).toHaveLength(1);
  });

  it('ALERT-56 stores one batch after the other: the next connection waits for what the last one took', async () => {
    await startBroker();
    const clock = new FakeClock();
    const floor = await stage({}, { clock }).started();
    const device = await other();
    const hold = held();
    floor.gate = hold.promise;
    await publishAll(device, numbered(3));
    await eventually(() => floor.batches.length > 0);
    await broker.end();
    await floor.reached('down');
    await broker.restart();
    clock.advance(60_000);
    await other();
    expect(broker.said().match(/as floorcast /g)).toHaveLength(1);
    expect(floor.batches).toHaveLength(1);
    hold.resolve();
    await floor.reached('live');
    await eventually(() => floor.stored.length >= 6);
    expect(floor.stored).toEqual([...numbered(3), ...numbered(3)]);
  });

  it('ALERT-59 subscribes again on each coming back, and notices where the broker had forgotten it', async () => {
    await startBroker();
    const floor = await stage().started();
    await broker.kill();
    broker.forget();
    await floor.reached('down');
    await broker.restart();
    await floor.reached('live');
    expect(await floor.metric('floorcast_mqtt_forgotten_sessions_total')).toBe(1);
    expect(floor.logged.join('')).toContain('the broker has forgotten our session');
    const device = await other();
    await publishAll(device, numbered(3));
    await floor.storedAll(3);
    // One that it has kept is nothing to speak of.
    await broker.end();
    await floor.reached('down');
    await broker.restart();
    await floor.reached('live');
    expect(await floor.metric('floorcast_mqtt_forgotten_sessions_total')).toBe(1);
    expect(await floor.metric('floorcast_mqtt_connections_total')).toBe(3);
  });

  it('ALERT-64 tells once when the link is live and once when it is lost', async () => {
    await startBroker();
    const floor = await stage().started();
    expect(floor.events).toEqual(['live']);
    await broker.kill();
    await floor.reached('down');
    expect(floor.events).toEqual(['live', 'lost']);
    await floor.reached('down', 'nobody answers at MQTT_URL');
    expect(floor.events).toEqual(['live', 'lost']);
    await broker.restart();
    await floor.reached('live');
    expect(floor.events).toEqual(['live', 'lost', 'live']);
    const { lastHeardAt, message } = floor.source.status();
    expect(lastHeardAt).not.toBeNull();
    expect(message).toBeNull();
  });

  it('ALERT-63 says to others that it is there, and in order that it goes', async () => {
    await startBroker();
    const said = await watch(WILL);
    const floor = await stage().started();
    await eventually(() => said.length > 0);
    await floor.source.stop();
    await eventually(() => said.length > 1);
    expect(said).toEqual(['online', 'offline']);
    expect(broker.said()).toMatch(/Client floorcast disconnected\.$/m);
    // It stays said, for who comes later.
    expect(await watch(WILL).then(async (late) => eventually(() => late[0] === 'offline'))).toBeUndefined();
  });

  it('ALERT-67 takes leave in order while messages come without end', async () => {
    await startBroker();
    const floor = await stage().started();
    const device = await other();
    let isOver = false;
    const flood = (async () => {
      for (let n = 0; !isOver; n += 100) await publishAll(device, numbered(100, n));
    })();
    await floor.storedAll(200);
    await floor.source.stop();
    isOver = true;
    await flood;
    expect(broker.said()).toMatch(/Client floorcast disconnected\.$/m);
    // What it had not stored is still there for the next.
    const next = await stage().started();
    await publishAll(device, ['the last']);
    await eventually(() => next.stored.includes('the last'));
    const all = [...floor.stored, ...next.stored].slice(0, -1);
    expect(all).toEqual(numbered(all.length));
  });

  it('ALERT-67 ends within its time at a broker that does not answer', async () => {
    await startBroker();
    const floor = await stage().started();
    broker.freeze();
    await floor.source.stop();
    broker.thaw();
    expect(floor.events).toEqual(['live']);
  });
});
