/**
 * A collector in front of a simulated platform: real HTTP and WebSocket on loopback, one clock for both that moves
 * only when the test waits for something. `Ledger` keeps what the events say by the door's rules alone.
 */
import type { QueueId } from '../../../lib/ids';
import {
  createGenesysSource,
  type GenesysSource,
  type GenesysSourceOptions,
} from '../../../server/genesys/source';
import type { KpiEvent, MetricSample } from '../../../server/kpi/events';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics, type Metrics } from '../../../server/runtime/metrics';
import { seededRandom } from '../../../server/runtime/random';
import type { SimulatorOptions } from '../../../server/simulator/options';
import { type RunningSimulator, startSimulator } from '../../../server/simulator/simulator';
import { FakeClock } from '../../support/fake-clock';

export const CLIENT = { id: 'floorcast-demo', secret: 'floorcast-demo-secret' };
const STEP_MS = 25;
const MAX_STEPS = 40_000;

/** The newest observation by key, and which queues are live. */
export class Ledger {
  readonly events: KpiEvent[] = [];
  readonly live = new Set<QueueId>();
  readonly #values = new Map<string, { at: number; sample: MetricSample }>();

  take(event: KpiEvent): void {
    this.events.push(event);
    if (event.kind === 'linkLost') for (const id of event.queueIds) this.live.delete(id);
    if (event.kind === 'linkRestored') for (const id of event.queueIds) this.live.add(id);
    if (event.kind !== 'gaugesObserved' && event.kind !== 'intervalObserved') return;
    const span = event.kind === 'intervalObserved' ? event.intervalStart : 'now';
    for (const sample of event.metrics) {
      const key = [event.queueId, event.mediaType, sample.metric, sample.qualifier, span].join('|');
      const before = this.#values.get(key);
      if (before === undefined || event.observedAt > before.at)
        this.#values.set(key, { at: event.observedAt, sample });
    }
  }

  gauge(queue: string, mediaType: string, metric: string): number {
    return this.#values.get([queue, mediaType, metric, undefined, 'now'].join('|'))?.sample.stats.count ?? 0;
  }

  /** Σ of a count over all half hours seen. */
  today(queue: string, mediaType: string, metric: string): number {
    let sum = 0;
    for (const [key, { sample }] of this.#values) {
      if (key.startsWith(`${queue}|${mediaType}|${metric}|`)) sum += sample.stats.count ?? 0;
    }
    return sum;
  }

  of<K extends KpiEvent['kind']>(kind: K): Extract<KpiEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<KpiEvent, { kind: K }> => event.kind === kind);
  }
}

export interface Stage {
  readonly clock: FakeClock;
  readonly simulator: RunningSimulator;
  readonly source: GenesysSource;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  /** Moves the clock in small steps, real I/O between them, until it is so. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Moves the clock by so much. */
  pass(ms: number): Promise<void>;
  /** A figure of /metrics. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly simulator?: Partial<SimulatorOptions>;
  readonly source?: Partial<GenesysSourceOptions>;
}

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const clock = new FakeClock();
  const simulator = await startSimulator({
    port: 0,
    clock,
    random: seededRandom(11),
    log: silentLog,
    world: { kind: 'made-up', queues: 4, seed: 5, warmUp: true, callsPerHour: 600 },
    ...options.simulator,
  });
  const ledger = new Ledger();
  const metrics = createMetrics();
  const source = createGenesysSource({
    endpoints: { apiUrl: simulator.url, loginUrl: simulator.url },
    clients: [CLIENT],
    queueIds: [],
    activityTopics: true,
    allowPlainSocketsTo: ['127.0.0.1'],
    clock,
    random: seededRandom(3),
    log: silentLog,
    metrics,
    sink: (event) => ledger.take(event),
    timeZoneOf: () => 'UTC',
    isShown: () => false,
    ...options.source,
  });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  async function step(): Promise<void> {
    clock.advance(STEP_MS);
    // Loopback I/O needs a few turns of the loop to arrive.
    for (let i = 0; i < 4; i++) await turn();
  }
  return {
    clock,
    simulator,
    source,
    ledger,
    metrics,
    async until(what, holds) {
      for (let i = 0; i < MAX_STEPS && !holds(); i++) await step();
      if (!holds()) throw new Error(`never so: ${what}; status ${JSON.stringify(source.status())}`);
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += STEP_MS) await step();
    },
    async metric(name) {
      const line = (await metrics.expose()).split('\n').find((text) => text.startsWith(`${name} `));
      return Number(line?.split(' ').at(-1));
    },
    async stop() {
      await source.stop();
      await simulator.stop();
      // Sockets say that they are closed a turn or two later.
      for (let i = 0; i < 50 && clock.pendingCount > 0; i++) await turn();
    },
  };
}

/** Every gauge and count of the day that the books tell, against what the events said. */
export function differences({ simulator, ledger }: Stage): string[] {
  const found: string[] = [];
  for (const { id, media } of simulator.truth().queues) {
    for (const { mediaType, now, today } of media) {
      const compare = (what: string, ours: number, theirs: number) => {
        if (ours !== theirs) found.push(`${id} ${mediaType} ${what}: ${ours}, in the books ${theirs}`);
      };
      compare('waiting', ledger.gauge(id, mediaType, 'oWaiting'), now.waiting);
      compare('interacting', ledger.gauge(id, mediaType, 'oInteracting'), now.interacting);
      compare('offered', ledger.today(id, mediaType, 'nOffered'), today.offered);
      compare('answered', ledger.today(id, mediaType, 'tAnswered'), today.answered);
      compare('abandoned', ledger.today(id, mediaType, 'tAbandon'), today.abandoned);
    }
  }
  return found;
}
