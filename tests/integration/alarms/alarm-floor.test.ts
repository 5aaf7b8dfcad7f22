/**
 * From a figure past its limit to a screen, a person and a webhook: the real engine, push server, REST routes and
 * SQLite, and a receiver on a port of its own that is away for two tries.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ALARMS_EVENT, type AlarmsFrame, alarmsFrameSchema } from '../../../lib/contracts/alarm';
import { queueId } from '../../../lib/ids';
import { type AlarmRoom, openAlarms } from '../../../server/alarms/open-alarms';
import { alarmRoutes } from '../../../server/http/alarm-routes';
import { KpiEngine } from '../../../server/kpi/engine';
import { systemClock } from '../../../server/runtime/clock';
import { createLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { openSqliteStore } from '../../../server/store/sqlite';
import { openShell } from '../../support/http-stand';
import { NotedAudit } from '../../support/noted-audit';
import { boardOf, FakeBoards } from '../../support/push-boards';
import { openStand, type TestScreen } from '../push/push-stand';

const SECRET = 'a-secret-of-the-hook-9k2';
const A = 'kpi:queue:a#waiting';
const B = 'kpi:queue:b#waiting';
const IDS = ['a', 'b'].map(queueId);

const closings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

function openEngine(): { engine: KpiEngine; waiting: (id: string, count: number) => void } {
  const settings = {
    ...{ timeZone: 'UTC', timeZoneOf: () => 'UTC', groups: [], excludeShortAbandons: false },
    thresholds: [
      {
        ...{ kpi: 'waiting' as const, warning: 5, critical: 20, deadBand: 2, minimumCount: 0 },
        ...{ onDelayMs: 0, offDelayMs: 0 },
      },
    ],
  };
  const metrics = createMetrics();
  const engine = new KpiEngine({ clock: systemClock, log: createLog('silent'), metrics, settings });
  closings.push(() => engine.stop());
  engine.start();
  const queues = IDS.map((id) => ({
    ...{ id, name: `Queue ${id}`, divisionId: 'd', divisionName: 'Home', serviceLevels: [] },
  }));
  engine.sink({ kind: 'queuesListed', queues });
  const waiting = (id: string, count: number) =>
    engine.sink({
      ...{ kind: 'gaugesObserved', queueId: queueId(id), mediaType: 'voice', origin: 'live' },
      ...{ observedAt: systemClock.now(), metrics: [{ metric: 'oWaiting', stats: { count } }] },
    });
  for (const id of IDS) {
    const metricNames = ['oWaiting', 'oLongestWaiting'];
    const scope = { kind: 'gauges' as const, metrics: metricNames };
    const observedAt = systemClock.now();
    engine.sink({ kind: 'snapshotCompleted', queueId: id, observedAt, reason: 'backfill', scope });
  }
  engine.sink({ kind: 'linkRestored', queueIds: IDS, at: systemClock.now() });
  return { engine, waiting };
}

interface Heard {
  readonly event: string;
  readonly key: string;
  readonly call: string;
  readonly isSigned: boolean;
}

/** Answers 500 as often as it is told to, then takes what comes. */
async function openReceiver() {
  const tries: Heard[] = [];
  const state = { failures: 0, redirects: 0, wake: () => {} };
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { event, alarm } = JSON.parse(body);
    const signature = String(request.headers['x-floorcast-signature']);
    const [, seconds = '', digest = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    const expected = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex');
    const isNow = Math.abs(Number(seconds) * 1_000 - systemClock.now()) < 300_000;
    const call = String(request.headers['x-floorcast-call']);
    tries.push({ event, key: alarm?.key ?? 'flood', call, isSigned: digest === expected && isNow });
    const isAway = state.failures > 0;
    if (isAway) state.failures -= 1;
    if (state.redirects > 0) {
      state.redirects -= 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    } else response.writeHead(isAway ? 500 : 204).end();
    state.wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  const until = async (count: number) => {
    while (tries.length < count)
      await new Promise<void>((resolve) => {
        state.wake = resolve;
      });
  };
  return { url: `http://127.0.0.1:${port}/hook`, tries, state, until };
}

async function openFloor(dataDir: string, logged: string[]) {
  const { engine, waiting } = openEngine();
  const store = openSqliteStore(dataDir);
  const boards = new FakeBoards([boardOf('main')]);
  const metrics = createMetrics();
  const log = createLog('trace', (line) => logged.push(line));
  const open = (): Promise<AlarmRoom> =>
    openAlarms({
      ...{ reader: engine, boards, alerts: null, store, clock: systemClock, random: () => 0, log, metrics },
    });
  const alarms = await open();
  alarms.start();
  const audit = new NotedAudit();
  const routes = alarmRoutes({ desk: alarms.desk, boards, audit, clock: systemClock });
  const http = await openShell({ routes, metrics });
  const stand = await openStand({ reader: engine, boards, alarms: alarms.desk });
  closings.push(async () => {
    await stand.close();
    await http.stop();
    await alarms.stop();
    await store.close();
  });
  const ask = (address: string, method = 'GET', body?: object) =>
    fetch(http.url + address, {
      ...{ method, headers: { origin: http.url, 'content-type': 'application/json' } },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return { waiting, ask, stand, audit, metrics };
}

/** Frames of alarms, as they come. */
function alarmsOf(screen: TestScreen) {
  const frames: AlarmsFrame[] = [];
  let wake = () => {};
  screen.socket.on(ALARMS_EVENT, (raw) => {
    frames.push(alarmsFrameSchema.parse(raw));
    wake();
  });
  const until = async (fits: (frame: AlarmsFrame) => boolean): Promise<AlarmsFrame> => {
    for (;;) {
      const frame = frames.at(-1);
      if (frame !== undefined && fits(frame)) return frame;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { frames, until };
}

const keysOf = ({ alarms }: AlarmsFrame) => alarms.map(({ key }) => key).join();

describe('alarms over real sockets', () => {
  it('ALARM-42 from a figure past its limit to the wall, a person, and a webhook that was away', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-alarms-'));
    closings.push(() => rmSync(dataDir, { recursive: true }));
    const logged: string[] = [];
    const receiver = await openReceiver();
    const { waiting, ask, stand, audit, metrics } = await openFloor(dataDir, logged);
    const hook = {
      ...{ id: 'h1', name: 'Gateway', url: receiver.url, format: 'json', secret: SECRET },
      ...{ levels: ['critical', 'warning'], boardIds: null },
    };
    const saved = await ask('/api/v1/alarm-webhooks', 'POST', { revision: 0, webhooks: [hook] });
    const savedText = await saved.text();
    expect([saved.status, savedText.includes(SECRET)]).toEqual([200, false]);
    const { until, frames } = alarmsOf(stand.screen({ boardId: 'main' }));
    receiver.state.failures = 2;

    waiting('a', 25);
    const first = await until((frame) => frame.interruption !== null);
    expect([keysOf(first), first.interruption?.key, first.interruptions]).toEqual([A, A, 1]);
    await receiver.until(3);
    expect(new Set(receiver.tries.map(({ call }) => call)).size).toBe(1);

    waiting('b', 25);
    const second = await until((frame) => frame.alarms.length === 2);
    expect([second.interruption?.key, second.interruptions]).toEqual([A, 1]);

    const taken = await ask('/api/v1/alarms/acknowledgements', 'POST', { keys: [A] });
    expect(await taken.json()).toEqual({ acknowledged: 1 });
    const calm = await until((frame) => frame.interruption === null);
    expect(calm.alarms.map(({ key, acknowledgement }) => [key, acknowledgement !== null])).toEqual([
      [B, false],
      [A, true],
    ]);
    waiting('a', 0);
    await until((frame) => keysOf(frame) === B);
    await receiver.until(6);
    expect(receiver.tries.map(({ event, key }) => `${event} ${key}`)).toEqual([
      ...Array(3).fill(`raised ${A}`),
      `raised ${B}`,
      `acknowledged ${A}`,
      `cleared ${A}`,
    ]);
    expect(receiver.tries.every(({ isSigned }) => isSigned)).toBe(true);
    const times = frames.map(({ serverTime }) => serverTime);
    expect(times.slice(2).every((time, i) => time - (times[i + 1] ?? 0) > 900)).toBe(true);

    expect(audit.recorded.map(({ action }) => action)).toEqual([
      'alarm-webhooks.changed',
      'alarms.acknowledged',
    ]);
    expect(await metrics.expose()).toContain('floorcast_alarm_interruptions_total{board="main"} 1');
    expect(JSON.stringify([logged, audit.recorded])).not.toContain(SECRET);
  }, 30_000);

  it('ALARM-36 follows no redirect', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-alarms-'));
    closings.push(() => rmSync(dataDir, { recursive: true }));
    const receiver = await openReceiver();
    const { waiting, ask } = await openFloor(dataDir, []);
    const hook = {
      ...{
        id: 'h1',
        name: 'Gateway',
        url: receiver.url,
        format: 'json',
        levels: ['critical'],
        boardIds: null,
      },
    };
    await ask('/api/v1/alarm-webhooks', 'POST', { revision: 0, webhooks: [hook] });
    receiver.state.redirects = 1;
    waiting('a', 25);
    await receiver.until(1);
    waiting('b', 25);
    await receiver.until(2);
    expect(receiver.tries.map(({ key }) => key)).toEqual([A, B]);
  }, 30_000);
});
