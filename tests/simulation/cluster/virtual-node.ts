/** One node in virtual time: the parts of `wiring/node` on a Redis, a platform and rooms that are played. */
import type { SourceStatus } from '../../../lib/contracts/source';
import type { Duty, RoomDuty } from '../../../server/cluster/duties';
import { ClusterNode } from '../../../server/cluster/node';
import { createSharedClock } from '../../../server/cluster/shared-clock';
import { Site } from '../../../server/cluster/site';
import type { SiteRoom } from '../../../server/cluster/site-ports';
import { KpiEngine } from '../../../server/kpi/engine';
import type { DeviceEvent, SessionEvent } from '../../../server/kpi/events';
import { silentLog } from '../../../server/runtime/log';
import type { Metrics } from '../../../server/runtime/metrics';
import type { Random } from '../../../server/runtime/random';
import { createNodeTimers } from './node-timers';
import { carrierAt, type VirtualPlatform } from './virtual-platform';
import type { VirtualRedis } from './virtual-redis';
import type { VirtualTime } from './virtual-time';

const noMetrics: Metrics = {
  ...{ counterFrom() {}, countersFrom() {}, gaugeFrom() {}, contentType: '' },
  expose: async () => '',
};
const ROOMS: readonly RoomDuty[] = ['listing', 'alerts', 'sessions', 'calls'];

export interface Surroundings {
  readonly time: VirtualTime;
  readonly redis: VirtualRedis;
  readonly platform: VirtualPlatform;
  readonly random: Random;
  /** Active alerts, as the books of the broker say. */
  readonly alerts: () => number;
}
export type VirtualNode = ReturnType<typeof startNode>;

export function startNode(id: string, mayHold: boolean, around: Surroundings) {
  const { time, redis, platform, random } = around;
  const timers = createNodeTimers(time, Math.round((random() - 0.5) * 200));
  const clock = createSharedClock(timers);
  clock.learn(time.now, 0);
  const seat = redis.seat(timers);
  const engine = new KpiEngine({
    ...{ clock, log: silentLog, metrics: noMetrics, flushIntervalMs: 1_000 },
    settings: {
      ...{
        timeZone: 'UTC',
        timeZoneOf: () => 'UTC',
        groups: [],
        thresholds: [],
        excludeShortAbandons: false,
      },
    },
  });
  engine.start();
  /** Of devices: the newest figure, and whether it is live. */
  const devices = { critical: null as number | null, at: Number.NEGATIVE_INFINITY, isLive: false };
  const hearDevices = (event: DeviceEvent) => {
    if (event.kind === 'deviceLinkLost') devices.isLive = false;
    else if (event.kind === 'deviceLinkRestored') devices.isLive = true;
    else if (event.observedAt >= devices.at) {
      devices.at = event.observedAt;
      devices.critical = event.critical;
    }
  };
  const carrier = carrierAt(platform, { timers, random, site: () => site });
  const alerts = roomAt(
    () => timers.run(100 + random() * 200, tellAlerts),
    () => timers.run(random() * 100, () => {}),
  );
  const sessions = roomAt(
    () => timers.run(50, () => site.fromSessions({ kind: 'sessionsRestored', at: clock.now() })),
    () => {},
  );
  function tellAlerts(): void {
    if (!alerts.isOpen) return;
    const rest = { warning: 0, info: 0, unacknowledged: 0, today: 0, offline: 0 };
    const owner = { kind: 'unmapped' as const };
    const common = { owner, observedAt: clock.now(), origin: 'live' as const, critical: around.alerts() };
    site.fromAlerts({ kind: 'deviceFiguresObserved', ...common, ...rest });
    site.fromAlerts({ kind: 'deviceLinkRestored', at: clock.now() });
  }
  const site: Site = new Site({
    ...{ clock, genesys: () => (mayHold ? carrier : null), alerts, sessions },
    engines: {
      queues: engine.sink,
      devices: hearDevices,
      sessions: (_event: SessionEvent) => {},
      stateOf: (queue) => engine.stateOf(queue),
    },
    ...{ onShard: () => {}, onStatus: () => {}, onCalls: async () => {} },
  });
  const node: ClusterNode = new ClusterNode({
    ...{ nodeId: id, mayHold, table: seat.table, feed: seat.feed, clock, log: silentLog },
    defer: (run) => void timers.run(0, run),
    ...{ duties: site.duties, mostPreparing: () => 4, actor: site.actor, apply: site.apply },
    ...{ onLink: site.onLink, wholeOf: site.wholeOf, onPlan: site.planHeard, onBeat: site.onBeat },
    status: site.status,
    onRound({ at }, tookMs) {
      clock.learn(at, tookMs);
      void keepListing();
    },
  });
  site.join(node);
  let kept = '';
  async function keepListing(): Promise<void> {
    const fence = node.holder.fenceOf('listing');
    const now = `${fence} ${site.listing.version}`;
    const text = fence === null || now === kept ? null : site.listing.text();
    if (fence === null || text === null) return;
    if (await seat.shelf.keep(fence, text)) kept = now;
  }
  void seat.shelf.read().then((listing) => {
    if (listing.ok && listing.value !== null) site.listingKept(listing.value);
    seat.read((entries) => node.hear(entries));
    node.start();
  });
  let state: 'running' | 'dead' | 'leaving' | 'left' = 'running';
  return {
    ...{ id, mayHold, node, site, engine, timers, seat, carrier, devices, tellAlerts },
    get state() {
      return state;
    },
    get isUp() {
      return state === 'running' && timers.isRunning;
    },
    /** What of rooms is done here. */
    acts(duty: RoomDuty): boolean {
      if (!timers.isRunning) return false;
      if (duty === 'listing') return carrier.isListing;
      if (duty === 'calls') return site.mayCall;
      return duty === 'alerts' ? alerts.isOpen : sessions.isOpen;
    },
    /** As far as it knows by its own clock. */
    owns: (duty: Duty) => timers.isRunning && node.holder.fenceOf(duty) !== null && node.holder.isConfirmed,
    die() {
      state = 'dead';
      carrier.end();
      timers.end();
      engine.stop();
    },
    async leave() {
      state = 'leaving';
      await node.stop(11_000);
      state = 'left';
      carrier.end();
      timers.end();
      engine.stop();
    },
  };
}

export const rooms = ROOMS;

function roomAt(onBegin: () => void, onEnd: () => void): SiteRoom & { readonly isOpen: boolean } {
  let isOpen = false;
  return {
    get isOpen() {
      return isOpen;
    },
    begin() {
      if (isOpen) return false;
      isOpen = true;
      onBegin();
      return true;
    },
    async end() {
      isOpen = false;
      onEnd();
    },
    status: (): SourceStatus | null => null,
  };
}
