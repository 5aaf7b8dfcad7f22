/**
 * Alerts a second through a real Mosquitto, stored and acknowledged, against bare mqtt.js that acknowledges at once:
 * the same broker, the same messages, waiting in two sessions that are drained one after the other, A, B, A, B.
 * Measured from the first message to the last acknowledgement that leaves.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, connectAsync, type MqttClient } from 'mqtt';
import { createAlerts } from '../../server/alerts/alerts';
import { createMqttSource } from '../../server/alerts/mqtt-source';
import { parseMessage } from '../../server/alerts/parse-message';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { systemRandom } from '../../server/runtime/random';
import { openAlertStore } from '../../server/store/alert-store-sqlite';
import { startMosquitto } from '../support/mosquitto';
import type { Note, Report } from './report';
import { median, spread } from './statistics';

const ALERTS = 20_000;
const DEVICES = 2_000;
/** Published without an answer yet. */
const WINDOW = 500;
const LEVELS = ['critical', 'warning', 'info'] as const;
const TOPICS = ['devices/+/alerts'];
/** Mosquitto's `max_inflight_messages`: none, as the guide sets it; and as it comes. */
const GUIDED = 0;
const AS_IT_COMES = 20;
const HOUR_MS = 3_600_000;

/** Alerts a second, and CPU of this process for one, µs. */
interface Drained {
  readonly perSecond: number;
  readonly cpuUs: number;
}

type Run = Record<'floorcast' | 'bare', Drained[]>;

export async function measureAlertIngest(rounds: number): Promise<Report> {
  const guided = await measureBroker(GUIDED, rounds);
  const asItComes = await measureBroker(AS_IT_COMES, rounds);
  const ratios = ratiosOf(guided);
  const rates = guided.floorcast.map(({ perSecond }) => perSecond);
  const least = (value: number) => ({ reach: { at: 'least', value } as const, rounds });
  return {
    verdicts: [
      {
        ...{ goal: 'ingest', what: 'alerts/s stored and acknowledged ÷ bare mqtt.js' },
        ...{ measured: median(ratios), spread: spread(ratios), ...least(0.4) },
      },
      {
        ...{ goal: 'ingest', what: `alerts/s stored and acknowledged, ${ALERTS} waiting` },
        ...{ measured: Math.round(median(rates)), spread: spread(rates), ...least(5_000) },
      },
    ],
    notes: [
      ...notesOf('no bound on messages in flight', guided),
      ...notesOf(`${AS_IT_COMES} messages in flight`, asItComes),
    ],
    doubts: [],
  };
}

async function measureBroker(maxInFlight: number, rounds: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'floorcast-ingest-'));
  const broker = await startMosquitto({ maxInFlight });
  const run: Run = { floorcast: [], bare: [] };
  try {
    for (const name of ['floorcast', 'bare']) await openSession(broker.url, name);
    // The first is for warming up.
    for (let round = 0; round <= rounds; round += 1) {
      await publishAll(broker.url, round);
      const floorcast = await drainByFloorcast(broker.url, join(folder, String(round)));
      const bare = await drainBare(broker.url);
      if (round === 0) continue;
      run.floorcast.push(floorcast);
      run.bare.push(bare);
      console.log(`  ingest, ${maxInFlight} in flight: round ${round} of ${rounds}`);
    }
    return run;
  } finally {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openSession(url: string, clientId: string): Promise<void> {
  const client = await connectAsync(url, { clientId, clean: false });
  await client.subscribeAsync(TOPICS, { qos: 1 });
  await client.endAsync();
}

async function publishAll(url: string, round: number): Promise<void> {
  const device = await connectAsync(url);
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < ALERTS; n = next++) {
      await device.publishAsync(`devices/d${n % DEVICES}/alerts`, payloadOf(n, round), { qos: 1 });
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, worker));
  await device.endAsync();
}

function payloadOf(n: number, round: number): string {
  return JSON.stringify({
    ...{ device_id: `d${n % DEVICES}`, sensor_type: 'temperature', alert_level: LEVELS[n % LEVELS.length] },
    ...{ reading_value: 70 + (n % 100) / 10, threshold_exceeded: true, timestamp_ms: Date.now() + n },
    ...{ alert_id: `a-${round}-${n}`, site: `Site ${n % 20}`, product: `X${n % 5}`, firmware_version: '3.2' },
  });
}

/** From the first message to the last; each drain counts its own. */
class Stopwatch {
  #count = 0;
  #startedAt = 0;
  #cpu = process.cpuUsage();
  #finish: (drained: Drained) => void = () => {};
  readonly drained = new Promise<Drained>((resolve) => {
    this.#finish = resolve;
  });

  came(): void {
    if (this.#startedAt > 0) return;
    this.#startedAt = performance.now();
    this.#cpu = process.cpuUsage();
  }

  done(count: number): void {
    this.#count += count;
    if (this.#count < ALERTS) return;
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#finish({ perSecond: ALERTS / seconds, cpuUs: (user + system) / ALERTS });
  }
}

async function drainByFloorcast(url: string, dataDir: string): Promise<Drained> {
  globalThis.gc?.();
  const watch = new Stopwatch();
  const store = openAlertStore(dataDir);
  const runtime = {
    ...{ clock: systemClock, random: systemRandom, log: silentLog, metrics: createMetrics() },
    defer: (run: () => void) => void setImmediate(run),
  };
  const alerts = createAlerts({
    ...runtime,
    ...{ store, parse: parseMessage, levelsToForward: new Set(['critical']) },
    ...{ maxAgeMs: 24 * HOUR_MS, keepMs: 48 * HOUR_MS },
    zones: { timeZone: 'UTC', timeZoneOf: () => 'UTC' },
    ...{ sink: () => {}, rules: [], saveRules: async () => {} },
  });
  const source = createMqttSource({
    ...runtime,
    settings: {
      ...{ url, topics: TOPICS, clientId: 'floorcast', username: null, password: null },
      ...{ ca: null, certificate: null, key: null },
    },
    intake: async (batch) => {
      watch.came();
      await alerts.intake(batch);
      watch.done(batch.length);
    },
    ...{ onLive: () => {}, onLost: () => {} },
  });
  await alerts.start();
  source.start();
  const drained = await watch.drained;
  await source.stop();
  const stored = await store.count();
  await alerts.stop();
  await store.close();
  if (stored !== ALERTS) throw new Error(`${stored} alerts are stored, ${ALERTS} were published`);
  return drained;
}

async function drainBare(url: string): Promise<Drained> {
  globalThis.gc?.();
  const watch = new Stopwatch();
  const client: MqttClient = connect(url, { clientId: 'bare', clean: false, reconnectPeriod: 0 });
  client.handleMessage = (_, next) => {
    watch.came();
    next();
    watch.done(1);
  };
  const drained = await watch.drained;
  await client.endAsync();
  return drained;
}

function ratiosOf({ floorcast, bare }: Run): number[] {
  return floorcast.map(({ perSecond }, round) => perSecond / (bare[round]?.perSecond ?? Number.NaN));
}

function notesOf(where: string, run: Run): Note[] {
  const said = (drains: readonly Drained[]) => {
    const perSecond = Math.round(median(drains.map((drained) => drained.perSecond)));
    return `${perSecond} a second, ${median(drains.map(({ cpuUs }) => cpuUs)).toPrecision(3)} µs CPU each`;
  };
  return [
    { goal: 'ingest', what: `Floorcast, ${where}`, measured: said(run.floorcast) },
    { goal: 'ingest', what: `bare mqtt.js, ${where}`, measured: said(run.bare) },
    { goal: 'ingest', what: `ratio, ${where}`, measured: median(ratiosOf(run)) },
  ];
}
