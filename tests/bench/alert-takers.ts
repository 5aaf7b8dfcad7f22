/** Who takes the alerts of the ingest benchmark: Floorcast's link, ledger and store, or mqtt.js alone. */
import { rmSync } from 'node:fs';
import { connect, connectAsync } from 'mqtt';
import { createAlerts } from '../../server/alerts/alerts';
import { createMqttSource } from '../../server/alerts/mqtt-source';
import { parseMessage } from '../../server/alerts/parse-message';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { systemRandom } from '../../server/runtime/random';
import { openAlertStore } from '../../server/store/alert-store-sqlite';

/** Alerts a second, and CPU of this process for one, µs. */
export interface Drained {
  readonly perSecond: number;
  readonly cpuUs: number;
}

export interface Taker {
  readonly name: 'floorcast' | 'bare';
  /** The broker keeps what comes from now on. */
  openSession(): Promise<void>;
  /** From the first message to the last of so many. */
  take(count: number): Promise<Drained>;
}

const HOUR_MS = 3_600_000;

class Stopwatch {
  readonly #total: number;
  #count = 0;
  #startedAt = 0;
  #cpu = process.cpuUsage();
  #finish: (drained: Drained) => void = () => {};
  readonly drained = new Promise<Drained>((resolve) => {
    this.#finish = resolve;
  });

  constructor(total: number) {
    this.#total = total;
  }

  came(): void {
    if (this.#startedAt > 0) return;
    this.#startedAt = performance.now();
    this.#cpu = process.cpuUsage();
  }

  done(count: number): void {
    this.#count += count;
    if (this.#count < this.#total) return;
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#finish({ perSecond: this.#total / seconds, cpuUs: (user + system) / this.#total });
  }
}

export function floorcastTaker(url: string, dataDir: string): Taker {
  const name = 'floorcast';
  return {
    name,
    openSession: () => openSession(url, name),
    async take(count) {
      const watch = new Stopwatch(count);
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
          ...{ url, topics: topicsOf(name), clientId: name, username: null, password: null },
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
      rmSync(dataDir, { recursive: true, force: true });
      if (stored !== count) throw new Error(`${stored} alerts are stored, ${count} were published`);
      return drained;
    },
  };
}

export function bareTaker(url: string): Taker {
  const name = 'bare';
  return {
    name,
    openSession: () => openSession(url, name),
    async take(count) {
      const watch = new Stopwatch(count);
      const client = connect(url, { clientId: name, clean: false, reconnectPeriod: 0 });
      client.handleMessage = (_, next) => {
        watch.came();
        next();
        watch.done(1);
      };
      const drained = await watch.drained;
      await client.endAsync();
      return drained;
    },
  };
}

async function openSession(url: string, clientId: string): Promise<void> {
  const client = await connectAsync(url, { clientId, clean: false });
  await client.subscribeAsync(topicsOf(clientId), { qos: 1 });
  await client.endAsync();
}

/** Each its own, so that nothing waits for the other. */
function topicsOf(name: string): string[] {
  return [`${name}/+/alerts`];
}
