/**
 * The source of devices' messages: one persistent session at the broker (fixed client id, QoS 1), whose messages are
 * stored before they are acknowledged. It comes back by itself for ever, with back-off and jitter, and never before
 * what the last connection took is stored or given up. It tells when the link is live and subscribed, and when it is
 * lost; its last will says so to others.
 */
import type { SourceStatus } from '../../lib/contracts/source';
import { type BackoffPolicy, backoffDelayMs } from '../runtime/backoff';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import { type Arrival, BrokerLink, type MqttSettings } from './broker-link';
import type { Intake } from './incoming';
import {
  brokerTrouble,
  CLOSED,
  CLOSED_AT_ONCE,
  createLinkStatus,
  grantTrouble,
  type LinkStatus,
  UNSTORED,
} from './link-status';

export type { MqttSettings } from './broker-link';

export interface MqttSourceOptions {
  readonly settings: MqttSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly intake: Intake;
  /** Runs a function after what the event loop has at hand. */
  readonly defer: (run: () => void) => void;
  /** The link is live and subscribed. Epoch ms. `isKept`: the broker had kept our session, and what came for it. */
  readonly onLive: (at: number, isKept: boolean) => void;
  /** It was live and is no more. */
  readonly onLost: (at: number, heardAt: number) => void;
}

export interface MqttSource {
  start(): void;
  /** Stores and acknowledges what it has, and takes leave of the broker, which keeps what comes from now on. */
  stop(): Promise<void>;
  status(): SourceStatus;
  subscribe(listener: () => void): () => void;
}

const RECONNECT: BackoffPolicy = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** A broker that takes and drops us at once is not asked faster than this. */
const RECONNECT_FLOOR_MS = 250;
/** A link that held for so long, or on which something was stored, was a good one: the next wait is short again. */
const STEADY_MS = 10_000;
/** One that ends sooner was ended on purpose. */
const BRIEF_MS = 1_000;

export function createMqttSource(options: MqttSourceOptions): MqttSource {
  return new Source(options);
}

class Source implements MqttSource {
  readonly #options: MqttSourceOptions;
  readonly #status: LinkStatus;
  readonly #counts = { messages: 0, failures: 0, connections: 0, forgotten: 0 };
  #link: BrokerLink | null = null;
  #again: Cancel = () => {};
  #attempt = 0;
  /** By the monotonic clock; `null`: it is not live. */
  #liveSince: number | null = null;
  #isStopped = false;

  constructor(options: MqttSourceOptions) {
    this.#options = options;
    this.#status = createLinkStatus(options.clock);
    this.#exposeCounts(options.metrics);
  }

  status(): SourceStatus {
    return this.#status.now();
  }

  subscribe(listener: () => void): () => void {
    return this.#status.subscribe(listener);
  }

  start(): void {
    if (this.#link === null) this.#open();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#again();
    await this.#link?.leave();
    this.#liveSince = null;
  }

  #open(): void {
    if (this.#isStopped) return;
    const link: BrokerLink = new BrokerLink({
      ...this.#options,
      onHeard: () => this.#status.heard(),
      onMessage: () => {
        this.#counts.messages++;
      },
      onArrived: (arrival) => this.#arrived(link, arrival),
      onUnstored: (thrown) => this.#unstored(link, thrown),
      onClosed: (trouble) => this.#closed(link, trouble),
    });
    this.#link = link;
    try {
      link.open();
    } catch (thrown) {
      this.#closed(link, brokerTrouble(thrown));
    }
  }

  #arrived(link: BrokerLink, { sessionPresent, refused, unsure }: Arrival): void {
    const { settings, clock, log, onLive } = this.#options;
    const { topics } = settings;
    const trouble = grantTrouble(refused, unsure);
    if (trouble !== null && refused.length === topics.length) {
      link.drop(trouble);
      return;
    }
    if (!sessionPresent && this.#counts.connections > 0) this.#forgotten();
    this.#counts.connections++;
    this.#liveSince = clock.monotonicNow();
    log.info('connected to the broker', { topics, refused, unsure, sessionPresent });
    this.#status.set(trouble === null ? 'live' : 'degraded', trouble);
    onLive(clock.now(), sessionPresent);
  }

  #forgotten(): void {
    this.#counts.forgotten++;
    this.#options.log.warn(
      'the broker has forgotten our session: what devices sent while the link was away may be missing',
    );
  }

  #unstored(link: BrokerLink, thrown: unknown): void {
    this.#counts.failures++;
    link.drop(UNSTORED);
    this.#options.log.error('alerts cannot be stored: they are left to the broker', {
      reason: messageOf(thrown),
    });
  }

  #closed(link: BrokerLink, trouble: string | null): void {
    const { clock, random, onLost } = this.#options;
    const heldMs = this.#liveSince === null ? null : clock.monotonicNow() - this.#liveSince;
    this.#liveSince = null;
    if (link.hasStored || (heldMs ?? 0) >= STEADY_MS) this.#attempt = 0;
    const reason = trouble ?? (heldMs !== null && heldMs < BRIEF_MS ? CLOSED_AT_ONCE : CLOSED);
    this.#say(reason, heldMs !== null);
    const waitMs = backoffDelayMs(RECONNECT, this.#attempt++, random, RECONNECT_FLOOR_MS);
    this.#again = clock.after(waitMs, () => void link.idle().then(() => this.#open()));
    this.#status.set('down', reason);
    if (heldMs !== null) onLost(clock.now(), this.#status.heardAt ?? clock.now());
  }

  /** A blip and each new reason once; an outage loudly. */
  #say(reason: string, wasLive: boolean): void {
    const { log } = this.#options;
    const isNew = wasLive || reason !== this.#status.now().message;
    if (this.#attempt === RECONNECT.length) log.error('the broker stays away', { reason });
    else if (isNew) log.warn('the broker is away', { reason });
  }

  #exposeCounts({ counterFrom, gaugeFrom }: Metrics): void {
    const counts = this.#counts;
    counterFrom('floorcast_mqtt_messages_total', 'Messages of devices, repeats too.', () => counts.messages);
    counterFrom(
      'floorcast_mqtt_connections_total',
      'Connections to the broker that got as far as live.',
      () => counts.connections,
    );
    counterFrom(
      'floorcast_mqtt_unstored_batches_total',
      'Batches that could not be stored and were left to the broker.',
      () => counts.failures,
    );
    counterFrom(
      'floorcast_mqtt_forgotten_sessions_total',
      'Times the broker had forgotten our session, and with it what came while the link was away.',
      () => counts.forgotten,
    );
    gaugeFrom('floorcast_mqtt_live', '1 while the link to the broker is live.', () =>
      Number(this.#liveSince !== null),
    );
  }
}
