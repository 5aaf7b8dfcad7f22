/**
 * The link to the broker: one persistent session (fixed client id, QoS 1); every message is given to the intake before
 * it is acknowledged (see `gathering`). It comes back by itself for ever, with back-off and jitter, by a new client
 * each time, so that nothing of a connection that is gone is ever acknowledged on the next. It tells when the link is
 * live and subscribed, and when it is lost; its own last will says so to others.
 */
import {
  connect,
  type IClientOptions,
  type IPublishPacket,
  type ISubscriptionGrant,
  type MqttClient,
} from 'mqtt';
import type { SourceStatus } from '../../lib/contracts/source';
import { type BackoffPolicy, backoffDelayMs } from '../runtime/backoff';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import { Gathering } from './gathering';
import type { Intake } from './incoming';
import { brokerTrouble, createLinkStatus, type LinkStatus } from './link-status';

export interface MqttSettings {
  readonly url: string;
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  /** PEM. */
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

export interface MqttSourceOptions {
  readonly settings: MqttSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly intake: Intake;
  /** Runs a function after what the event loop has at hand. */
  readonly defer: (run: () => void) => void;
  /** The link is live, and every topic is subscribed. Epoch ms. */
  readonly onLive: (at: number) => void;
  /** It was live and is no more. */
  readonly onLost: (at: number, heardAt: number) => void;
}

export interface MqttSource {
  start(): void;
  /** Takes leave of the broker, which keeps what comes from now on. */
  stop(): Promise<void>;
  status(): SourceStatus;
  subscribe(listener: () => void): () => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Half as much again without an answer, and the link counts as dead: inside the 45 s of a silent upstream. */
const KEEPALIVE_S = 15;
const LEAVE_TIMEOUT_MS = 2_000;
const RECONNECT: BackoffPolicy = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** A broker that takes and drops us at once is not asked faster than this. */
const RECONNECT_FLOOR_MS = 250;
const REFUSED = 128;

class Source implements MqttSource {
  readonly #options: MqttSourceOptions;
  readonly #status: LinkStatus;
  readonly #counts = { messages: 0, failures: 0, connections: 0 };
  #link: { readonly client: MqttClient; readonly gathering: Gathering } | null = null;
  #again: Cancel | null = null;
  #attempt = 0;
  #isLive = false;
  #isStopped = false;
  #trouble: string | null = null;

  constructor(options: MqttSourceOptions) {
    this.#options = options;
    this.#status = createLinkStatus(options.clock);
    const { metrics } = options;
    const counts = this.#counts;
    metrics.counterFrom(
      'floorcast_mqtt_messages_total',
      'Messages of devices, repeats too.',
      () => counts.messages,
    );
    metrics.counterFrom(
      'floorcast_mqtt_connections_total',
      'Connections to the broker.',
      () => counts.connections,
    );
    metrics.counterFrom(
      'floorcast_mqtt_unstored_batches_total',
      'Batches that could not be stored and were left to the broker.',
      () => counts.failures,
    );
    metrics.gaugeFrom('floorcast_mqtt_live', '1 while the link to the broker is live.', () =>
      Number(this.#isLive),
    );
  }

  status(): SourceStatus {
    return this.#status.now();
  }

  subscribe(listener: () => void): () => void {
    return this.#status.subscribe(listener);
  }

  start(): void {
    if (this.#link === null && !this.#isStopped) this.#open();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#again?.();
    const link = this.#link;
    if (link === null) return;
    await link.gathering.end();
    await this.#leave(link.client);
    this.#link = null;
  }

  #open(): void {
    this.#again = null;
    const { settings, intake, defer } = this.#options;
    const client = connect(settings.url, clientOptions(settings));
    const gathering = new Gathering({
      ...{ intake, defer },
      stream: () => client.stream,
      onFailure: (thrown) => this.#unstored(thrown),
    });
    this.#link = { client, gathering };
    client.handleMessage = (packet, done) => this.#take(gathering, packet, done);
    client.on('packetreceive', () => this.#status.heard());
    client.on('connect', () => void this.#arrived(client));
    client.on('error', (thrown) => {
      this.#trouble = brokerTrouble(thrown);
    });
    client.on('close', () => this.#closed(client, gathering));
  }

  #take(gathering: Gathering, packet: IPublishPacket, done: () => void): void {
    this.#counts.messages++;
    const { topic, payload, retain } = packet;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const receivedAt = this.#options.clock.now();
    gathering.take({ topic, payload: bytes, receivedAt, retained: retain }, done);
  }

  async #arrived(client: MqttClient): Promise<void> {
    const { settings, clock, log, onLive } = this.#options;
    this.#counts.connections++;
    try {
      const grants = await client.subscribeAsync([...settings.topics], { qos: 1 });
      client.publish(willTopic(settings), 'online', { qos: 1, retain: true });
      if (this.#isStopped || client !== this.#link?.client || !client.connected) return;
      const refused = refusedTopics(grants);
      this.#attempt = 0;
      this.#trouble = null;
      this.#isLive = true;
      this.#status.set(refused.length === 0 ? 'live' : 'degraded', refusalText(refused));
      log.info('connected to the broker', { topics: settings.topics, refused });
      onLive(clock.now());
    } catch (thrown) {
      this.#trouble = brokerTrouble(thrown);
      log.warn('the broker does not take our subscriptions', { reason: messageOf(thrown) });
      client.stream.destroy();
    }
  }

  #unstored(thrown: unknown): void {
    this.#counts.failures++;
    this.#trouble = 'alerts cannot be stored; the broker keeps them';
    const { log } = this.#options;
    log.error('alerts cannot be stored: they are left to the broker', { reason: messageOf(thrown) });
  }

  #closed(client: MqttClient, gathering: Gathering): void {
    if (client !== this.#link?.client || this.#isStopped) return;
    void gathering.end();
    this.#link = null;
    client.end(true);
    const { clock, random, log, onLost } = this.#options;
    const reason = this.#trouble ?? 'the broker closed the connection';
    if (this.#isLive || this.#attempt === 0) log.warn('the broker is away', { reason });
    this.#status.set('down', reason);
    if (this.#isLive) onLost(clock.now(), this.#status.heardAt ?? clock.now());
    this.#isLive = false;
    const waitMs = backoffDelayMs(RECONNECT, this.#attempt++, random, RECONNECT_FLOOR_MS);
    this.#again = clock.after(waitMs, () => this.#open());
  }

  /** In order, so that the last will is not sent; a broker that does not answer is left without it. */
  async #leave(client: MqttClient): Promise<void> {
    if (!client.connected) {
      client.end(true);
      return;
    }
    const { settings, clock } = this.#options;
    let cancel: Cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(LEAVE_TIMEOUT_MS, resolve);
    });
    const said = client
      .publishAsync(willTopic(settings), 'offline', { qos: 1, retain: true })
      .then(() => client.endAsync())
      .catch(() => {});
    await Promise.race([said, late]);
    cancel();
    client.end(true);
  }
}

export function createMqttSource(options: MqttSourceOptions): MqttSource {
  return new Source(options);
}

/** Not among the topics of devices. */
function willTopic({ clientId }: MqttSettings): string {
  return `floorcast/${clientId}/status`;
}

function clientOptions(settings: MqttSettings): IClientOptions {
  const { clientId, username, password, ca, certificate, key } = settings;
  return {
    ...{
      clientId,
      clean: false,
      protocolVersion: 4,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
    },
    // Coming back, subscribing and giving up are ours.
    ...{ reconnectPeriod: 0, resubscribe: false, queueQoSZero: false, rejectUnauthorized: true },
    will: { topic: willTopic(settings), payload: Buffer.from('offline'), qos: 1, retain: true },
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(ca === null ? {} : { ca }),
    ...(certificate === null ? {} : { cert: certificate }),
    ...(key === null ? {} : { key }),
  };
}

function refusedTopics(grants: readonly ISubscriptionGrant[]): string[] {
  return grants.filter(({ qos }) => qos >= REFUSED).map(({ topic }) => topic);
}

function refusalText(refused: readonly string[]): string | null {
  return refused.length === 0 ? null : `the broker refuses ${refused.join(', ')}: look at its access list`;
}
