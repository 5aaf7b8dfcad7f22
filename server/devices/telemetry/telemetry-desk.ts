/**
 * The desk of telemetry put together: from a caller or a conversation to the state of the one device that it is about.
 * Nothing rejects, and nothing waits longer than the time-outs of those who are asked; what is not known is `unknown`
 * with its reason. Started, it asks for a token, so that a wrong identity is known before an agent needs it.
 */
import type {
  AgentDevice,
  DeviceStatusQuery,
  Telemetry,
  TelemetryReason,
} from '../../../lib/contracts/device';
import type { SourceStatus } from '../../../lib/contracts/source';
import type { Cancel } from '../../runtime/clock';
import { Deadlines, LATE } from '../../runtime/deadlines';
import type { Metrics } from '../../runtime/metrics';
import type { Random } from '../../runtime/random';
import type { CustomerDirectory, InteractionDirectory } from '../ports';
import type { TelemetryDesk, Viewer } from '../telemetry-desk';
import type { Target } from './choose-device';
import { type CloudClient, type CloudClientOptions, createCloudClient } from './cloud-client';
import { CloudHealth } from './cloud-health';
import { cloudMetrics } from './cloud-metrics';
import { type AskDevice, createDeviceCloud } from './device-cloud';
import { DeviceWatch } from './device-watch';
import { InteractionBook } from './interaction-book';
import { InteractionWatch } from './interaction-watch';
import { cloudOff, interactionsOff, tooLate, unknownTelemetry } from './reasons';
import { SharedCache } from './shared-cache';
import { TargetFinder } from './target-finder';
import { targetOfReading } from './target-of-reading';

export interface TelemetryDeskOptions
  extends Pick<CloudClientOptions, 'tokens' | 'http' | 'clock' | 'log' | 'signal'> {
  /** `DEVICE_API_URL`; `null`: the state of devices is not known. */
  readonly apiUrl: string | null;
  /** `null`: callers cannot be looked up. */
  readonly customers: CustomerDirectory | null;
  /** `null`: no Genesys is configured. */
  readonly interactions: InteractionDirectory | null;
  readonly random: Random;
  readonly metrics: Metrics;
}

export interface TelemetryRoom extends TelemetryDesk {
  /** How the calls go. */
  sourceStatus(): SourceStatus;
  /** Told when `sourceStatus` changes its state or message. */
  subscribe(listener: () => void): () => void;
  start(): void;
  stop(): void;
}

/** Of one status; a page of a proxy is about as long. */
const MAX_BYTES = 64 * 1024;
/** One fetch serves all who come in the next seconds; a failure is not asked for again at once. */
const KEEP_MS = 5_000;
const MAX_KEPT = 5_000;
const MAX_WATCHED = 2_000;
/** A conversation of which no device is known is looked at again when somebody asks. */
const UNSETTLED_MS = 5_000;
/** All steps together; what is still found out later is there for the next who asks, and for who watches. */
const PATIENCE_MS = 8_000;
const TOKEN_AGAIN_MS = 30_000;

export function createTelemetryDesk(options: TelemetryDeskOptions): TelemetryRoom {
  const log = options.log.child({ room: 'telemetry' });
  return new Desk({ ...options, log });
}

class Desk implements TelemetryRoom {
  readonly #options: TelemetryDeskOptions;
  readonly #health: CloudHealth;
  readonly #client: CloudClient | null;
  readonly #targets: TargetFinder;
  readonly #devices: SharedCache<Telemetry>;
  readonly #deviceWatch: DeviceWatch;
  readonly #book: InteractionBook | null;
  readonly #watch: InteractionWatch | null;
  readonly #deadlines: Deadlines;
  #tokenTimer: Cancel = () => {};
  #isOver = false;

  constructor(options: TelemetryDeskOptions) {
    this.#options = options;
    const { apiUrl, customers, interactions, clock, random, log } = options;
    const what = 'asking the device cloud';
    this.#deadlines = new Deadlines(clock);
    this.#health = new CloudHealth(apiUrl === null, clock, log);
    this.#client =
      apiUrl === null ? null : createCloudClient({ ...options, baseUrl: apiUrl, what, maxBytes: MAX_BYTES });
    const onCall = (failure: Parameters<CloudHealth['note']>[1]) => this.#health.note('customers', failure);
    this.#targets = new TargetFinder({ customers, clock, onCall, max: MAX_KEPT });
    this.#devices = new SharedCache({
      ...{ clock, max: MAX_KEPT, keepMs: () => KEEP_MS, ask: this.#cloud() },
      onAnswer: (deviceId, telemetry) => this.#deviceWatch.heard(deviceId, telemetry),
    });
    this.#deviceWatch = new DeviceWatch({ devices: this.#devices, clock, random });
    const onRead = (id: string) => this.#watch?.read(id);
    this.#book =
      interactions === null ? null : new InteractionBook({ interactions, clock, max: MAX_KEPT, onRead });
    this.#watch = this.#book && this.#watchOf(this.#book);
    this.#registerMetrics();
  }

  async status(query: DeviceStatusQuery): Promise<Telemetry> {
    const said = await this.#deadlines.within(PATIENCE_MS, this.#statusOf(query));
    if (said !== LATE) return said;
    return unknownTelemetry(tooLate, query.device_id ?? null, this.#options.clock.now());
  }

  async ofInteraction(interactionId: string, viewer: Viewer): Promise<AgentDevice | null> {
    const book = this.#book;
    if (book === null) return this.#cannotTell(interactionId, interactionsOff);
    const said = await this.#deadlines.within(PATIENCE_MS, this.#deviceOf(book, interactionId, viewer));
    return said === LATE ? this.#cannotTell(interactionId, tooLate) : said;
  }

  async #statusOf(query: DeviceStatusQuery): Promise<Telemetry> {
    return this.#telemetryOf(await this.#targets.ofQuery(query));
  }

  async #deviceOf(book: InteractionBook, interactionId: string, viewer: Viewer): Promise<AgentDevice | null> {
    let reading = await book.readFor(interactionId, viewer);
    if (reading.kind === 'none') return null;
    let target = await targetOfReading(reading, this.#targets);
    if (target.kind === 'none' && reading.kind === 'found') {
      reading = await book.read(interactionId, UNSETTLED_MS);
      target = await targetOfReading(reading, this.#targets);
    }
    const telemetry = await this.#telemetryOf(target);
    const { customerId } = target;
    return { serverTime: this.#options.clock.now(), interactionId, customerId, telemetry };
  }

  watch(
    interactionId: string,
    viewer: Viewer,
    listener: (device: AgentDevice) => void,
    known?: AgentDevice,
  ): () => void {
    return this.#watch?.watch(interactionId, viewer, listener, known) ?? (() => {});
  }

  sourceStatus(): SourceStatus {
    return this.#health.status;
  }

  subscribe(listener: () => void): () => void {
    return this.#health.subscribe(listener);
  }

  start(): void {
    if (this.#client !== null) void this.#checkToken();
  }

  stop(): void {
    this.#isOver = true;
    this.#tokenTimer();
    this.#deadlines.close();
    this.#watch?.stop();
    this.#deviceWatch.stop();
    this.#book?.stop();
    this.#client?.stop();
  }

  async #checkToken(): Promise<void> {
    const { tokens, clock } = this.#options;
    const said = await tokens.token();
    if (this.#isOver) return;
    this.#health.note('cloud', said.ok ? null : said.error);
    if (!said.ok) this.#tokenTimer = clock.after(TOKEN_AGAIN_MS, () => void this.#checkToken());
  }

  async #telemetryOf(target: Target): Promise<Telemetry> {
    if (target.kind === 'device') return this.#devices.get(target.deviceId);
    return unknownTelemetry(target.reason, null, this.#options.clock.now());
  }

  #cannotTell(interactionId: string, reason: TelemetryReason): AgentDevice {
    const now = this.#options.clock.now();
    const telemetry = unknownTelemetry(reason, null, now);
    return { serverTime: now, interactionId, customerId: null, telemetry };
  }

  #cloud(): AskDevice {
    const { clock } = this.#options;
    const client = this.#client;
    if (client === null) return async (deviceId) => unknownTelemetry(cloudOff, deviceId, clock.now());
    const onCall = (failure: Parameters<CloudHealth['note']>[1]) => this.#health.note('cloud', failure);
    return createDeviceCloud({ client, now: () => clock.now(), onCall });
  }

  #watchOf(book: InteractionBook): InteractionWatch {
    const { clock, random, log } = this.#options;
    const [targets, devices] = [this.#targets, this.#deviceWatch];
    return new InteractionWatch({ book, targets, devices, clock, random, log, max: MAX_WATCHED });
  }

  #registerMetrics(): void {
    const { metrics } = this.#options;
    const prefix = 'floorcast_device_cloud';
    if (this.#client !== null) cloudMetrics(metrics, prefix, 'the state of a device', this.#client);
    metrics.counterFrom(
      `${prefix}_shared_total`,
      'States of devices that were given without asking the device cloud.',
      () => this.#devices.sharedCount,
    );
    metrics.gaugeFrom(
      `${prefix}_watched`,
      'Devices that somebody watches.',
      () => this.#deviceWatch.watchedCount,
    );
    metrics.counterFrom(
      `${prefix}_pushes_total`,
      'Changes of a device that one watcher was told of.',
      () => this.#watch?.pushCount ?? 0,
    );
  }
}
