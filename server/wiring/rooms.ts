/**
 * The part of the composition root that opens the rooms of devices: alerts, telemetry, diagnostic sessions. Alone, all of
 * them are open while the process runs. On one of several nodes alerts and sessions are open where their duty is, and
 * elsewhere their desks ask that node.
 */
import type { DeviceRule } from '../../lib/contracts/settings';
import type { SourceStatus } from '../../lib/contracts/source';
import type { AlertDesk } from '../alerts/desk';
import { type AlertRoom, openAlerts } from '../alerts/open-alerts';
import type { AuditLog } from '../audit/audit-log';
import { DutyRoom } from '../cluster/duty-room';
import type { SiteRoom } from '../cluster/site-ports';
import type { AlertsConfig } from '../config/alert-settings';
import type { DevicesConfig } from '../config/device-settings';
import type { DiagnosticsDesk } from '../devices/diagnostics-desk';
import { type DeviceRoom, openDevices } from '../devices/open-devices';
import { createInteractionDirectory } from '../genesys/interactions';
import type { RestClient } from '../genesys/rest-client';
import type { DeviceSink, SessionSink } from '../kpi/events';
import { queueCalls } from '../kpi/queue-calls';
import type { Clock } from '../runtime/clock';
import type { Lifecycle } from '../runtime/lifecycle';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import { openAlertStore } from '../store/alert-store-sqlite';
import type { DocumentStore } from '../store/ports';
import { openRedisAlertStore } from '../store/redis/alert-store-redis';
import { openRedisSessionStore } from '../store/redis/session-store-redis';
import { openSessionStore } from '../store/session-store-sqlite';
import { readSettings, saveDeviceRules } from '../store/settings';
import type { Zones } from '../zones';
import { openDutyAlertDesk, openDutyDiagnosticsDesk } from './desks';
import type { Figures } from './figures';
import type { Shared } from './shared';

export interface RoomsOptions {
  /** `null`: alone. */
  readonly shared: Shared | null;
  /** The number of this node's lease of a duty; the last that it had where it has none now. */
  readonly fenceOf: (duty: 'alerts' | 'sessions') => number;
  readonly isOwner: (duty: 'alerts' | 'sessions') => boolean;
  readonly alerts: AlertsConfig | null;
  readonly devices: DevicesConfig | null;
  readonly dataDir: string;
  readonly rules: readonly DeviceRule[];
  /** `null`: no Genesys Cloud is configured. */
  readonly rest: RestClient | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly zones: Zones;
  readonly audit: AuditLog;
  readonly store: DocumentStore;
  readonly lifecycle: Lifecycle;
  readonly figures: Figures;
  readonly sinks: { readonly devices: DeviceSink; readonly sessions: SessionSink };
  readonly leftOut: (table: string, count: number) => void;
}

/** `null`: not configured. */
export interface Rooms {
  readonly alertDesk: AlertDesk | null;
  readonly diagnostics: DiagnosticsDesk | null;
  readonly devices: DeviceRoom | null;
  readonly alerts: RoomHere | null;
  readonly sessions: RoomHere | null;
}

/** A room as this process has it. Of several nodes it is opened and ended by its duty; alone, by `start` and the end. */
export interface RoomHere extends SiteRoom {
  /** Alone: opens it. Rejects where it cannot be read. Of several nodes: nothing. */
  start(): Promise<void>;
  /** Told when its status may be another. */
  subscribe(listener: () => void): () => void;
}

export function openRooms(options: RoomsOptions): Rooms {
  const { shared, lifecycle, alerts, rules } = options;
  const devices = options.devices === null ? null : openDeviceRoom(options, options.devices);
  if (devices !== null) lifecycle.onStop('devices', () => devices.stop());
  const openSessions = devices?.openSessions ?? null;
  if (shared === null) {
    const alertRoom = alerts === null ? null : openAlertRoom(options, alerts, rules);
    const sessionRoom = openSessions?.() ?? null;
    return {
      devices,
      alerts: alertRoom && aloneRoom(options, 'alerts', alertRoom),
      sessions: sessionRoom && aloneRoom(options, 'sessions', sessionRoom),
      alertDesk: alertRoom?.desk ?? null,
      diagnostics: sessionRoom?.desk ?? null,
    };
  }
  const openHere = async (config: AlertsConfig) =>
    openAlertRoom(options, config, (await readSettings(options.store, () => {})).deviceRules);
  const alertRoom = alerts === null ? null : dutyRoom(options, 'alerts', () => openHere(alerts));
  const sessionRoom = openSessions === null ? null : dutyRoom(options, 'sessions', openSessions);
  return {
    devices,
    alerts: alertRoom && roomOfDuty(alertRoom),
    sessions: sessionRoom && roomOfDuty(sessionRoom),
    alertDesk: alertRoom && openDutyAlertDesk(options, shared, alertRoom),
    diagnostics: sessionRoom && devices && openDutyDiagnosticsDesk(options, shared, sessionRoom, devices),
  };
}

interface Startable {
  start(): Promise<void>;
  stop(): Promise<void>;
  status?(): SourceStatus;
  subscribe?(listener: () => void): () => void;
}

function aloneRoom({ lifecycle }: RoomsOptions, name: string, room: Startable): RoomHere {
  lifecycle.onStop(name, () => room.stop());
  return {
    start: () => room.start(),
    begin: () => false,
    end: async () => {},
    status: () => room.status?.() ?? null,
    subscribe: (listener) => room.subscribe?.(listener) ?? (() => {}),
  };
}

function dutyRoom<R extends Startable>(
  { clock, log, lifecycle }: RoomsOptions,
  name: string,
  open: () => R | Promise<R>,
): DutyRoom<R> {
  const room = new DutyRoom<R>({ name, open, clock, log });
  lifecycle.onStop(name, () => room.end());
  return room;
}

function roomOfDuty<R extends Startable>(room: DutyRoom<R>): RoomHere {
  return {
    start: async () => {},
    begin: () => room.begin(),
    end: () => room.end(),
    status: () => room.current?.status?.() ?? null,
    subscribe: (listener) => room.subscribe(listener),
  };
}

function openAlertRoom(options: RoomsOptions, config: AlertsConfig, rules: readonly DeviceRule[]): AlertRoom {
  const { shared, fenceOf, isOwner, store, leftOut, dataDir, sinks, figures } = options;
  return openAlerts({
    ...options,
    ...{ config, rules, sink: sinks.devices },
    store:
      shared === null
        ? openAlertStore(dataDir, { leftOut })
        : openRedisAlertStore(shared.redis, {
            leftOut,
            fence: () => ({ duty: 'alerts', number: fenceOf('alerts') }),
          }),
    defer: (run: () => void) => void setImmediate(run),
    saveRules: (changed) => saveDeviceRules(store, changed),
    calls: queueCalls(figures.engine),
    ...(shared === null ? {} : { mayAct: () => isOwner('alerts') }),
  });
}

function openDeviceRoom(options: RoomsOptions, config: DevicesConfig): DeviceRoom {
  const { shared, fenceOf, isOwner, clock, log, leftOut, dataDir, rest, sinks } = options;
  return openDevices({
    ...options,
    ...{ config, sink: sinks.sessions },
    openStore: () =>
      shared === null
        ? openSessionStore(dataDir, { leftOut })
        : openRedisSessionStore(shared.redis, {
            leftOut,
            fence: () => ({ duty: 'sessions', number: fenceOf('sessions') }),
          }),
    interactions: rest && createInteractionDirectory({ rest, clock, log, roles: config.roles }),
    ...(shared === null ? {} : { mayAct: () => isOwner('sessions') }),
  });
}
