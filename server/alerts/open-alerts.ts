/**
 * The room of alerts put together: from settings and a folder to the broker's link, the ledger, the outbox, and the
 * desk that readers see. Started, it takes messages only once the ledger has read what it holds; stopped, nothing is
 * acknowledged that is not stored.
 */
import type { AlertLevel } from '../../lib/contracts/alert';
import type { DeviceRule } from '../../lib/contracts/settings';
import type { SourceStatus } from '../../lib/contracts/source';
import type { DeviceSink } from '../kpi/events';
import type { Clock } from '../runtime/clock';
import { createHttpClient } from '../runtime/http-client';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import type { AlertStore } from '../store/alert-ports';
import type { AlertZones } from './alert-counts';
import { type Alerts, createAlerts } from './alerts';
import type { AlertDesk } from './desk';
import { EventOutbox } from './event-outbox';
import { createEventSender, type EventTarget } from './event-sender';
import { type FaultCalls, FaultWatch } from './fault-watch';
import { createMqttSource, type MqttSettings } from './mqtt-source';
import { parseMessage } from './parse-message';

export interface AlertRoomConfig {
  readonly mqtt: MqttSettings;
  /** `null`: nothing is handed on. */
  readonly events:
    | (EventTarget & { readonly levels: ReadonlySet<AlertLevel>; readonly perMinute: number })
    | null;
  readonly maxAgeMs: number;
  readonly keepMs: number;
}

export interface OpenAlertsOptions {
  readonly config: AlertRoomConfig;
  /** Closed by `stop`. */
  readonly store: AlertStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly zones: AlertZones;
  readonly sink: DeviceSink;
  readonly rules: readonly DeviceRule[];
  readonly saveRules: (rules: readonly DeviceRule[]) => Promise<void>;
  /** Runs a function after what the event loop has at hand. */
  readonly defer: (run: () => void) => void;
  /** Of several nodes: whether the duty of alerts is this node's, for sure. Absent: it is. */
  readonly mayAct?: () => boolean;
  /** What the board knows of queues, to see whether callers follow devices. */
  readonly calls: FaultCalls;
}

export interface AlertRoom {
  readonly desk: AlertDesk;
  status(): SourceStatus;
  /** Told when `status` changes its state. */
  subscribe(listener: () => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function openAlerts(options: OpenAlertsOptions): AlertRoom {
  const { config, store, clock, sink } = options;
  const log = options.log.child({ room: 'alerts' });
  const ending = new AbortController();
  const client = createHttpClient(clock);
  const outbox = outboxOf(options, { log, http: client.http, signal: ending.signal }, (deviceId) =>
    alerts.queueOf(deviceId),
  );
  const alerts: Alerts = createAlerts({
    ...options,
    ...{ log, parse: parseMessage, maxAgeMs: config.maxAgeMs, keepMs: config.keepMs },
    levelsToForward: config.events?.levels ?? new Set(),
    outbox: outbox ?? undefined,
    faultSource: { faults: () => faultWatch.faults(), isWhole: () => faultWatch.isWhole() },
  });
  const faultWatch = new FaultWatch({
    ...{ ...options.calls, clock, onRaised: alerts.onRaised, past: alerts.raisedSince },
    queueIds: () => new Set(alerts.desk.rules().map(({ queueId }) => queueId)),
  });
  const source = createMqttSource({
    ...options,
    ...{ log, settings: config.mqtt, intake: alerts.intake },
    onLive(at, isKept) {
      faultWatch.live(isKept);
      sink({ kind: 'deviceLinkRestored', at });
    },
    onLost(at, heardAt) {
      faultWatch.lost(heardAt);
      sink({ kind: 'deviceLinkLost', at, heardAt });
    },
  });
  return {
    desk: alerts.desk,
    status: () => source.status(),
    subscribe: (listener) => source.subscribe(listener),
    async start() {
      await alerts.start();
      await faultWatch.start();
      await outbox?.start();
      source.start();
    },
    async stop() {
      await source.stop();
      faultWatch.stop();
      ending.abort();
      await outbox?.stop();
      await alerts.stop();
      await client.close();
      await store.close();
    },
  };
}

type SenderParts = Pick<Parameters<typeof createEventSender>[0], 'http' | 'signal'> & { readonly log: Log };

function outboxOf(
  options: OpenAlertsOptions,
  { log, http, signal }: SenderParts,
  queueOf: (deviceId: string) => string | null,
): EventOutbox | null {
  const { events } = options.config;
  if (events === null) return null;
  const { clock } = options;
  return new EventOutbox({
    ...options,
    ...{ log, queueOf, perMinute: events.perMinute },
    send: createEventSender({ target: events, http, clock, signal }),
    shape: events.bearer === null ? 'webhook' : 'gateway',
  });
}
