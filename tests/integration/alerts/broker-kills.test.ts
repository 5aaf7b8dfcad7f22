/**
 * Broker and Floorcast killed at random, while devices publish: in the end the ledger is what was published.
 *
 * Mosquitto acknowledges to a device before it saves. What it has acknowledged and not saved when it dies is with nobody
 * but Floorcast, where it has been sent: no subscriber can have more. So it hands over without a bound, dies once its
 * sockets have sent what it wrote, at any moment of its program, and Floorcast dies at other moments than the broker.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseMessage } from '../../../server/alerts/parse-message';
import { type Random, seededRandom } from '../../../server/runtime/random';
import { openAlertStore } from '../../../server/store/alert-store-sqlite';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto';
import { ROOT } from '../../support/repository';
import { client, eventually } from './stage';

const ROUNDS = 10;
const ALERTS_A_ROUND = 400;
const DEVICES = 40;
const PUBLISHERS = 4;
const LEVELS = ['critical', 'warning', 'info'] as const;

let broker: Mosquitto;
let keeper: Keeper | null = null;
let folder = '';
let program = '';
const clients: MqttClient[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'floorcast-kills-'));
  program = await bundled(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await keeper?.kill();
  await Promise.all(clients.splice(0).map((made) => made.endAsync(true)));
  await broker.stop();
  rmSync(path.join(folder, 'data'), { recursive: true, force: true });
});

/** Floorcast's part, as a process. */
class Keeper {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  constructor(program: string, dataDir: string, url: string) {
    const args = ['--enable-source-maps', program, dataDir, url];
    this.#child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    let rest = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString('utf8')).split('\n');
      rest = parts.pop() ?? '';
      this.#lines.push(...parts);
    });
  }

  get liveCount(): number {
    return this.#lines.filter((line) => line === 'live').length;
  }

  live(times: number): Promise<void> {
    return eventually(() => this.liveCount >= times);
  }

  async storedCount(): Promise<number> {
    const before = this.#lines.length;
    this.#child.stdin?.write('count\n');
    await eventually(() => this.#lines.slice(before).some((line) => line !== 'live'));
    return Number(this.#lines.findLast((line) => line !== 'live'));
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.kill(signal);
    await ended;
  }
}

interface Published {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Publishes all of it, a few at a time each, and counts what the broker has acknowledged. */
class Devices {
  acknowledged = 0;
  readonly published: Published[] = [];
  readonly #publishers: readonly MqttClient[];

  constructor(publishers: readonly MqttClient[]) {
    this.#publishers = publishers;
  }

  async publish(count: number): Promise<void> {
    const from = this.published.length;
    const all = Array.from({ length: count }, (_, n) => alert(from + n));
    this.published.push(...all);
    const shares = this.#publishers.map((publisher, place) => {
      const share = all.filter((_, n) => n % this.#publishers.length === place);
      return Array.from({ length: 5 }, async () => {
        for (let next = share.shift(); next !== undefined; next = share.shift()) {
          await publisher.publishAsync(next.topic, Buffer.from(next.payload), { qos: 1 });
          this.acknowledged += 1;
        }
      });
    });
    await Promise.all(shares.flat());
  }

  /** Once so many were acknowledged since `from`. */
  reached(count: number): Promise<void> {
    return eventually(() => this.acknowledged >= count);
  }
}

function alert(n: number): Published {
  const device = `device-${n % DEVICES}`;
  const body = {
    ...{ device_id: device, sensor_type: 'temperature', alert_level: LEVELS[n % LEVELS.length] },
    ...{ reading_value: n, threshold_exceeded: true, timestamp_ms: Date.now(), alert_id: `alert-${n}` },
  };
  return { topic: `devices/${device}/alerts`, payload: new TextEncoder().encode(JSON.stringify(body)) };
}

async function bundled(into: string): Promise<string> {
  const outfile = path.join(into, 'alert-keeper.mjs');
  const entry = path.join(ROOT, 'tests', 'integration', 'alerts', 'alert-keeper.ts');
  const shape = { bundle: true, packages: 'external', platform: 'node', format: 'esm' } as const;
  await build({ ...shape, entryPoints: [entry], outfile, target: 'node20', sourcemap: 'inline' });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(into, 'node_modules'));
  return outfile;
}

/** At least one of the round, and not all of it. */
function somewhere(random: Random, from: number, part: number): number {
  return from + 1 + Math.floor(random() * ALERTS_A_ROUND * part);
}

async function startKeeper(): Promise<Keeper> {
  const started = new Keeper(program, path.join(folder, 'data'), broker.url);
  await started.live(1);
  return started;
}

describe('a death of Floorcast', () => {
  it('ALERT-63 is told to others by its last will', async () => {
    broker = await startMosquitto();
    const said: string[] = [];
    const watcher = await client(broker.url);
    clients.push(watcher);
    watcher.on('message', (_, payload) => said.push(payload.toString('utf8')));
    await watcher.subscribeAsync('floorcast/floorcast/status', { qos: 1 });
    keeper = await startKeeper();
    await eventually(() => said.length === 1);
    await keeper.kill();
    await eventually(() => said.length === 2);
    expect(said).toEqual(['online', 'offline']);
  });
});

describe('alerts through the deaths of broker and Floorcast', () => {
  it('ALERT-68 the ledger is what was published, each once, and so are the deliveries', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.info(`kill -9 of broker and Floorcast: seed ${seed}`);
    const random = seededRandom(seed);
    broker = await startMosquitto({ savesAfter: 1, maxInFlight: 0 });
    keeper = await startKeeper();
    const publishers = await Promise.all(
      Array.from({ length: PUBLISHERS }, () => client(broker.url, { reconnectPeriod: 50 })),
    );
    clients.push(...publishers);
    const devices = new Devices(publishers);
    const killBroker = async () => {
      const lives = keeper?.liveCount ?? 0;
      await broker.killOnceSent();
      await broker.restart();
      await keeper?.live(lives + 1);
    };
    const killKeeper = async () => {
      await keeper?.kill();
      keeper = await startKeeper();
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const from = round * ALERTS_A_ROUND;
      const publishing = devices.publish(ALERTS_A_ROUND);
      const kills = random() < 0.5 ? [killBroker, killKeeper] : [killKeeper, killBroker];
      await devices.reached(somewhere(random, from, 0.4));
      await kills[0]?.();
      await devices.reached(
        Math.max(devices.acknowledged, somewhere(random, from + ALERTS_A_ROUND / 2, 0.4)),
      );
      await kills[1]?.();
      await publishing;
    }
    const { published } = devices;
    while ((await keeper.storedCount()) < published.length);
    await keeper.kill('SIGTERM');
    expect(await ledgerOf(path.join(folder, 'data'))).toEqual(expectedOf(published));
  }, 180_000);
});

async function ledgerOf(dataDir: string) {
  const store = openAlertStore(dataDir);
  try {
    const alerts = await store.find({ limit: 100_000 });
    const deliveries = [];
    for await (const page of store.waitingDeliveries()) deliveries.push(...page);
    return {
      alerts: alerts.map(({ id }) => id).toSorted(),
      deliveries: deliveries.map(({ alertId }) => alertId).toSorted(),
      seqs: new Set(deliveries.map(({ seq }) => seq)).size,
      refused: await store.refusalCounts(),
    };
  } finally {
    await store.close();
  }
}

function expectedOf(published: readonly Published[]) {
  const raised = published.flatMap((message) => {
    const incoming = parseMessage({ ...message, receivedAt: Date.now(), retained: false });
    return incoming.kind === 'raised' ? [incoming] : [];
  });
  const critical = raised.filter(({ level }) => level === 'critical');
  return {
    alerts: raised.map(({ id }) => id).toSorted(),
    deliveries: critical.map(({ id }) => id).toSorted(),
    seqs: critical.length,
    refused: [],
  };
}
