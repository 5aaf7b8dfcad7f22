/** The link to a broker on a stage: an intake that is held by hand, listeners that note, and devices that publish. */
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { vi } from 'vitest';
import type { BrokerMessage } from '../../../server/alerts/incoming';
import { createMqttSource, type MqttSettings, type MqttSource } from '../../../server/alerts/mqtt-source';
import { type Clock, systemClock } from '../../../server/runtime/clock';
import { createLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';

export interface StageOptions {
  readonly clock?: Clock;
  readonly random?: () => number;
}

export class SourceStage {
  readonly source: MqttSource;
  readonly metrics = createMetrics();
  /** What was stored, as text, in order; repeats too. */
  readonly stored: string[] = [];
  readonly batches: string[][] = [];
  readonly events: string[] = [];
  readonly logged: string[] = [];
  /** Times it has begun to wait before it comes back. */
  waitCount = 0;
  /** While it is set, storing waits for it; where it rejects, nothing is stored. */
  gate: Promise<void> | null = null;

  constructor(settings: MqttSettings, { clock = systemClock, random = () => 0 }: StageOptions = {}) {
    this.source = createMqttSource({
      ...{ settings, clock, metrics: this.metrics },
      random: () => {
        this.waitCount += 1;
        return random();
      },
      log: createLog('info', (line) => this.logged.push(line)),
      defer: (run) => void setImmediate(run),
      intake: (batch) => this.#store(batch),
      onLive: () => this.events.push('live'),
      onLost: () => this.events.push('lost'),
    });
  }

  get state(): string {
    return this.source.status().state;
  }

  get message(): string | null {
    return this.source.status().message;
  }

  /** Once its status is this one. */
  reached(state: string, message?: string | RegExp): Promise<void> {
    return until(this.source, () => {
      const status = this.source.status();
      return status.state === state && (message === undefined || isLike(status.message, message));
    });
  }

  start(): this {
    this.source.start();
    return this;
  }

  async started(): Promise<this> {
    this.start();
    await this.reached('live');
    return this;
  }

  storedAll(count: number): Promise<void> {
    return eventually(() => new Set(this.stored).size >= count);
  }

  async metric(name: string): Promise<number> {
    const line = (await this.metrics.expose()).split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  }

  async #store(batch: readonly BrokerMessage[]): Promise<void> {
    const texts = batch.map(({ payload }) => new TextDecoder().decode(payload));
    this.batches.push(texts);
    await this.gate;
    this.stored.push(...texts);
  }
}

/** Another client at the broker: a device, or who watches. */
export async function client(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const made = connect(url, { reconnectPeriod: 100, connectTimeout: 5_000, ...options });
  await new Promise<void>((resolve) => void made.once('connect', () => resolve()));
  return made;
}

export async function publishAll(from: MqttClient, texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => from.publishAsync('devices/d1/alerts', text, { qos: 1 })));
}

/** A promise and its ends. */
export function held(): { readonly promise: Promise<void>; resolve(): void; reject(reason: Error): void } {
  let resolve = () => {};
  let reject = (_: Error) => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

export async function eventually(isSo: () => boolean): Promise<void> {
  await vi.waitUntil(isSo, { timeout: 120_000, interval: 10 });
}

async function until(source: MqttSource, isSo: () => boolean): Promise<void> {
  if (isSo()) return;
  await new Promise<void>((resolve) => {
    const stop = source.subscribe(() => {
      if (!isSo()) return;
      stop();
      resolve();
    });
  });
}

function isLike(message: string | null, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? message === wanted : wanted.test(message ?? '');
}
