/**
 * The part of the composition root that gives this process its place: alone with all sources, or one of several nodes,
 * whose sources work for the duties it has and whose figures come from all of them.
 */
import type { RoutingEvent } from '../../lib/contracts/routing';
import type { Settings } from '../../lib/contracts/settings';
import type { Sources } from '../../lib/contracts/source';
import type { QueueId } from '../../lib/ids';
import type { AuditLog } from '../audit/audit-log';
import { devicesOfSite } from '../cluster/node-status';
import type { Site } from '../cluster/site';
import type { Config } from '../config';
import type { GenesysSource } from '../genesys/source';
import type { Clock } from '../runtime/clock';
import type { Lifecycle } from '../runtime/lifecycle';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import type { DocumentStore } from '../store/ports';
import type { Zones } from '../zones';
import type { Figures } from './figures';
import { type NodeHere, openNode } from './node';
import { openRooms, type Rooms } from './rooms';
import type { Shared } from './shared';
import { carrierOf, describeSources, openCollector } from './sources';

export interface PlaceOptions {
  readonly config: Config;
  /** `null`: alone. */
  readonly shared: Shared | null;
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
  /** Absent: a gateway tells of routing, or nobody wants it. */
  readonly onRoutingEvent: ((event: RoutingEvent) => void) | undefined;
  /** Another node said something else of its sources. */
  readonly onStatus: () => void;
}

export interface Place {
  /** `null`: no Genesys Cloud is configured. */
  readonly genesys: GenesysSource | null;
  readonly rooms: Rooms;
  readonly sources: () => Sources;
  /** Whether this node has a picture of the queues; absent: alone, where sources tell. */
  readonly hasPicture?: () => boolean;
  /** Whether webhooks are this node's duty; `null`: alone. */
  readonly mayCall: (() => boolean) | null;
  /** Of several nodes: begins to take part. `onCalls`: that duty came or went. */
  start(onCalls: () => Promise<void>): Promise<void>;
}

export function openPlace(options: PlaceOptions): Place {
  const { config, shared, figures, onRoutingEvent, clock } = options;
  let here: NodeHere | null = null;
  const site = (): Site | null => here?.site ?? null;
  const genesys =
    config.genesys === null
      ? null
      : openCollector(
          {
            ...options,
            sink: shared === null ? figures.sink : (event) => site()?.fromGenesys(event),
            onPlan: shared === null ? undefined : (plan) => site()?.planned(plan),
            onRoutingEvent:
              shared === null || onRoutingEvent === undefined
                ? onRoutingEvent
                : (event) => here?.routing.add(event),
          },
          config.genesys,
        );
  const own = { devices: figures.deviceFigures.sink, sessions: figures.deviceFigures.sessionSink };
  const rooms = openRooms({
    ...{ ...options, ...config, rules: options.settings.deviceRules, rest: genesys?.rest ?? null },
    fenceOf: (duty) => here?.fenceOf(duty) ?? 0,
    isOwner: (duty) => here?.isOwner(duty) ?? false,
    sinks:
      shared === null
        ? own
        : {
            devices: (event) => site()?.fromAlerts(event),
            sessions: (event) => site()?.fromSessions(event),
          },
  });
  const alone = describeSources(genesys, rooms, clock.now());
  if (shared === null || config.redis === null) {
    return { genesys, rooms, sources: alone, mayCall: null, start: async () => {} };
  }
  const carrier =
    genesys === null || config.genesys === null
      ? null
      : carrierOf(genesys, config.genesys, onRoutingEvent !== undefined);
  const node = openNode({
    ...{ ...options, shared, config: config.redis },
    onRoutingEvent: (event) => onRoutingEvent?.(event),
    parts: { genesys: () => carrier, alerts: rooms.alerts, sessions: rooms.sessions },
  });
  here = node;
  let silentSince: number | null = clock.now();
  const devices = () => {
    const isHeard = rooms.sessions === null || node.isHeard('sessions');
    silentSince = isHeard ? null : (silentSince ?? clock.now());
    return devicesOfSite(alone().devices, silentSince);
  };
  return {
    genesys,
    rooms,
    hasPicture: () => node.hasPicture(),
    sources: () => ({
      ...alone(),
      devices: devices(),
      ...(genesys === null ? {} : { genesys: node.site.sources().genesys }),
      ...(rooms.alerts === null ? {} : { mqtt: node.site.sources().mqtt }),
    }),
    mayCall: () => node.site.mayCall,
    start: (onCalls) => node.start(onCalls),
  };
}
