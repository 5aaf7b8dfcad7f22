/**
 * The part of the composition root that opens the sources which are configured: Genesys Cloud, devices' alerts, the
 * customer's device. Each is stopped with the rest; none is started here.
 */
import type { RoutingEvent } from '../lib/contracts/routing';
import type { Settings } from '../lib/contracts/settings';
import type { GenesysStatus, SourceStatus, Sources } from '../lib/contracts/source';
import type { QueueId } from '../lib/ids';
import { type AlertRoom, openAlerts } from './alerts/open-alerts';
import type { AuditLog } from './audit/audit-log';
import type { Config } from './config';
import type { AlertsConfig } from './config/alert-settings';
import type { DevicesConfig } from './config/device-settings';
import type { GenesysConfig } from './config/genesys-settings';
import { type DeviceRoom, openDevices } from './devices/open-devices';
import { createInteractionDirectory } from './genesys/interactions';
import { createGenesysSource, type GenesysSource } from './genesys/source';
import { queueCalls } from './kpi/queue-calls';
import type { Clock } from './runtime/clock';
import type { Lifecycle } from './runtime/lifecycle';
import type { Log } from './runtime/log';
import type { Metrics } from './runtime/metrics';
import type { Random } from './runtime/random';
import { openAlertStore } from './store/alert-store-sqlite';
import type { DocumentStore } from './store/ports';
import { openSessionStore } from './store/session-store-sqlite';
import { saveDeviceRules } from './store/settings';
import type { Figures } from './wire-figures';
import type { Zones } from './zones';

export interface SourcesOptions {
  readonly config: Config;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly zones: Zones;
  readonly audit: AuditLog;
  readonly store: DocumentStore;
  readonly lifecycle: Lifecycle;
  readonly figures: Figures;
  /** Whether some screen shows that queue by itself. */
  readonly isShown: (id: QueueId) => boolean;
  readonly leftOut: (table: string, count: number) => void;
  /** Takes what Genesys Cloud itself tells of routing; absent: a gateway does, or nobody wants it. */
  readonly onRoutingEvent: ((event: RoutingEvent) => void) | undefined;
}

/** `null`: not configured. */
export interface OpenSources {
  readonly genesys: GenesysSource | null;
  readonly alerts: AlertRoom | null;
  readonly devices: DeviceRoom | null;
  /** What they say of themselves now. */
  readonly sources: () => Sources;
}

export function openSources(options: SourcesOptions): OpenSources {
  const { config, lifecycle, clock } = options;
  const genesys = config.genesys === null ? null : collect(options, config.genesys);
  const alerts = config.alerts === null ? null : openAlertRoom(options, config.alerts);
  if (alerts !== null) lifecycle.onStop('alerts', () => alerts.stop());
  const devices = config.devices === null ? null : openDeviceRoom(options, config.devices, genesys);
  if (devices !== null) lifecycle.onStop('devices', () => devices.stop());
  const opened = { genesys, alerts, devices };
  return { ...opened, sources: describeSources(opened, clock.now()) };
}

function collect(options: SourcesOptions, genesys: GenesysConfig): GenesysSource {
  const { clock, random, log, metrics, zones, figures, isShown } = options;
  return createGenesysSource({
    ...{ endpoints: genesys, ...genesys, clock, random, log, metrics, sink: figures.sink },
    timeZoneOf: (id: QueueId) => zones.timeZoneOf(id),
    ...{ isShown, onRoutingEvent: options.onRoutingEvent },
  });
}

function openAlertRoom(options: SourcesOptions, alerts: AlertsConfig): AlertRoom {
  const { clock, random, log, metrics, zones, store, settings, figures, leftOut } = options;
  return openAlerts({
    ...{ config: alerts, clock, random, log, metrics, zones },
    store: openAlertStore(options.config.dataDir, { leftOut }),
    ...{ sink: figures.deviceFigures.sink, rules: settings.deviceRules },
    defer: (run: () => void) => void setImmediate(run),
    saveRules: (rules) => saveDeviceRules(store, rules),
    calls: queueCalls(figures.engine),
  });
}

function openDeviceRoom(
  options: SourcesOptions,
  room: DevicesConfig,
  genesys: GenesysSource | null,
): DeviceRoom {
  const { clock, random, log, metrics, zones, audit, figures, leftOut } = options;
  const rest = genesys?.rest ?? null;
  return openDevices({
    ...{ config: room, audit, clock, random, log, metrics, zones },
    openStore: () => openSessionStore(options.config.dataDir, { leftOut }),
    interactions: rest && createInteractionDirectory({ rest, clock, log, roles: room.roles }),
    sink: figures.deviceFigures.sessionSink,
  });
}

function describeSources(
  { genesys, alerts, devices }: Omit<OpenSources, 'sources'>,
  startedAt: number,
): () => Sources {
  const off: SourceStatus = { state: 'off', since: startedAt, message: 'not configured', lastHeardAt: null };
  const genesysOff: GenesysStatus = {
    ...off,
    channels: { live: 0, total: 0 },
    topics: { subscribed: 0, rejected: 0 },
    reconciliation: null,
  };
  return () => ({
    genesys: genesys?.status() ?? genesysOff,
    mqtt: alerts?.status() ?? off,
    devices: devices?.status() ?? off,
  });
}
