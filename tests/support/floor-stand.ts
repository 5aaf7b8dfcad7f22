/** The built screen behind the real door and real sockets, with boards, alerts, alarms and announcements that a test changes. */
import type { Alarm, AlarmsFrame } from '../../lib/contracts/alarm';
import type { AlertGroup } from '../../lib/contracts/alert';
import type { Announcement } from '../../lib/contracts/announcement';
import type { Board } from '../../lib/contracts/board';
import type { Limit } from '../../lib/contracts/push';
import type { SiteCounts } from '../../lib/contracts/site-counts';
import type { Sources } from '../../lib/contracts/source';
import { meRoutes } from '../../server/http/me-route';
import type { PushServer } from '../../server/push/push-options';
import { createPushServer } from '../../server/push/push-server';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { builtPages } from './browser';
import { NO_FORWARDING } from './fake-desk';
import { FakeGate } from './fake-gate';
import { change, FakeKpiReader } from './fake-kpi-reader';
import { type HttpStand, openHttp } from './http-stand';
import { boardOf, FakeBoards, SOURCES } from './push-boards';

const LIVE_BROKER: Sources = {
  ...SOURCES,
  mqtt: { state: 'live', since: 0, message: null, lastHeardAt: Date.now() },
};
export const LIMITS: readonly Limit[] = [
  { subject: null, kpi: 'longestWaitSince', warning: 60_000, critical: 120_000 },
  { subject: null, kpi: 'abandonRate', warning: 0.05, critical: 0.08 },
];

/** Tells whoever listens that all may be another. */
class Told {
  readonly #listeners = new Set<() => void>();
  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export class FloorDesks extends Told {
  #alerts = alertsWith([]);
  #alarms: Omit<AlarmsFrame, 'serverTime'> = NO_ALARMS;
  #announcements: readonly Announcement[] = [];
  sites: readonly SiteCounts[] = [];
  readonly alerts = {
    frame: () => this.#alerts,
    subscribe: this.subscribe,
    siteCounts: () => ({ sites: this.sites, more: 0 }),
  };
  readonly alarms = {
    frame: () => this.#alarms,
    counted: () => ({ interrupted: [], flooded: [], unlisted: [], shelved: [] }),
    subscribe: this.subscribe,
  };
  readonly announcements = { shown: () => this.#announcements, subscribe: this.subscribe };

  alert(...groups: readonly AlertGroup[]): void {
    this.#alerts = alertsWith(groups);
    this.tell();
  }
  alarm(some: Partial<Omit<AlarmsFrame, 'serverTime'>>): void {
    this.#alarms = { ...NO_ALARMS, ...some };
    this.tell();
  }
  announce(...announcements: readonly Announcement[]): void {
    this.#announcements = announcements;
    this.tell();
  }
}

const NO_ALARMS: Omit<AlarmsFrame, 'serverTime'> = {
  ...{ alarms: [], more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
};

function alertsWith(groups: readonly AlertGroup[]) {
  return { groups: [...groups], more: 0, faults: [], forwarding: NO_FORWARDING };
}

export function anAlarm(key: string, subject: string, kpi: Alarm['kpi'], since: number): Alarm {
  const what = { key, kind: 'kpi', level: 'critical', subject, kpi } as const;
  return { ...what, text: key, since, acknowledgement: null };
}

export function aGroup(key: string, more: Partial<AlertGroup> = {}): AlertGroup {
  return {
    ...{ key, level: 'critical', sensorType: 'lost_heartbeat', product: 'Thermo X', firmwareVersion: '3.2' },
    ...{ queueId: 'a', devices: 412, alerts: 412, unacknowledged: 412, active: 412, deviceId: null },
    ...{ site: 'Cork', since: Date.now() - 600_000, acknowledgedBy: null, ...more },
  };
}

export function anAnnouncement(
  id: string,
  priority: Announcement['priority'],
  text: string,
  now = Date.now(),
): Announcement {
  const span = { from: now - 60_000, until: now + 3_600_000 };
  return { id, text, priority, ...span, boardIds: null, by: null };
}

/** A board of every part that a screen knows. */
export function floorBoard(more: Partial<Board> = {}): Board {
  const tile = (id: string, kpi: Board['strip'][number]['kpi'], extra = {}) => ({
    ...{ id, subject: 'all', kpi },
    ...extra,
  });
  const page = (id: string, seconds: number) => ({
    ...{ id, title: id, seconds, tiles: [], table: null, trends: [] },
  });
  return boardOf('floor', {
    name: 'Support',
    strip: [tile('s1', 'waiting'), tile('s2', 'longestWaitSince'), tile('s3', 'serviceLevel')],
    pages: [
      {
        ...page('now', 20),
        tiles: [
          tile('t1', 'longestWaitSince', { hero: true }),
          tile('t2', 'waiting'),
          tile('t3', 'serviceLevel'),
          tile('t4', 'agentsAvailable', { of: 'agentsOnQueue' }),
          tile('t5', 'abandonRate'),
          tile('t6', 'ahtMs'),
        ],
      },
      {
        ...page('queues', 20),
        table: { id: 'q', subjects: 'queues', columns: ['waiting', 'longestWaitSince', 'serviceLevel'] },
      },
      { ...page('today', 15), trends: [{ id: 'w', subject: 'all', kpi: 'waiting', every: 'minute' }] },
      {
        ...page('words', 15),
        texts: [{ id: 'x', text: 'Wear your headset.\nBreaks are at ten and at three.', large: true }],
      },
      { ...page('alerts', 15), alerts: { id: 'a' } },
      { ...page('devices', 15), devices: { id: 'd' } },
    ],
    ...more,
  });
}

export interface FloorStand extends HttpStand {
  readonly boards: FakeBoards;
  readonly desks: FloorDesks;
  readonly reader: FakeKpiReader;
  readonly push: PushServer;
}

/** Needs `npm run build`. `closePages` of browser.ts at the end of the file. */
export async function openFloor(board: Board = floorBoard()): Promise<FloorStand> {
  const reader = new FakeKpiReader(['all', 'queue:a', 'queue:b', 'queue:c']);
  announceFigures(reader);
  const boards = new FakeBoards([board]);
  const desks = new FloorDesks();
  desks.sites = [
    { site: 'Cork', devices: 1_204, offline: 17, unknown: 0, critical: 412, warning: 0, info: 0 },
    { site: 'Ulm', devices: 311, offline: 2, unknown: 0, critical: 0, warning: 3, info: 0 },
    { site: 'Bonn', devices: 98, offline: 0, unknown: 0, critical: 0, warning: 0, info: 0 },
  ];
  const gate = new FakeGate(true);
  const { handle } = await builtPages({ hostname: '127.0.0.1', port: 0 });
  const allowedOrigins: string[] = [];
  const figures = { reader, boards, gate, allowedOrigins, clock: systemClock };
  const routes = meRoutes({ signIn: { mode: 'none' }, screenPath: () => '/pair' });
  const sources = () => LIVE_BROKER;
  const stand = await openHttp({ ...figures, routes, sources, build: 'test', fallback: handle });
  allowedOrigins.push(stand.url);
  const push = createPushServer({
    ...{ httpServer: stand.server, ...figures, sources, log: silentLog, build: 'test' },
    ...{ metrics: createMetrics(), screenPath: async () => null, limits: () => LIMITS },
    ...{ alerts: desks.alerts, alarms: desks.alarms, announcements: desks.announcements },
  });
  push.start();
  const stop = async () => {
    await push.stop();
    await stand.stop();
  };
  return { ...stand, stop, boards, desks, reader, push };
}

/** One critical, one warning, one that is stale, the others well. */
function announceFigures(reader: FakeKpiReader): void {
  const now = Date.now();
  reader.announce([
    change('all', 'longestWaitSince', now - 407_000, { status: 'critical' }),
    change('all', 'waiting', 12),
    change('all', 'serviceLevel', 0.78, { status: 'warning' }),
    change('all', 'serviceLevelTarget', 0.8),
    change('all', 'agentsAvailable', 4),
    change('all', 'agentsOnQueue', 31),
    change('all', 'abandonRate', 0.031),
    change('all', 'ahtMs', 287_000, { stale: true, status: 'unknown', asOf: now - 180_000 }),
    ...['a', 'b', 'c'].flatMap((id, index) => [
      change(`queue:${id}`, 'waiting', 9 - 4 * index),
      change(`queue:${id}`, 'longestWaitSince', index === 0 ? now - 407_000 : null, {
        status: index === 0 ? 'critical' : 'normal',
      }),
      change(`queue:${id}`, 'serviceLevel', 0.61 + index * 0.15, {
        status: index === 1 ? 'warning' : 'normal',
      }),
    ]),
  ]);
  reader.announcePoints(
    Array.from({ length: 60 }, (_, minute) => ({
      trend: 'all#waiting#minute',
      at: Math.floor(now / 60_000) * 60_000 - (59 - minute) * 60_000,
      value: 6 + Math.round(5 * Math.sin(minute / 7)),
    })),
  );
}
