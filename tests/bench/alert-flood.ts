/**
 * 10,000 alerts at once, before the whole server: how long until all are in the ledger, how long the server's turns were
 * meanwhile, and what became of them at a target that answers 503 and 429 for a minute. A real Mosquitto; devices,
 * server and target are processes of their own, or this one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'libsql';
import { io } from 'socket.io-client';
import { ALERTS_EVENT } from '../../lib/contracts/push';
import { alertsFile } from '../../server/store/alert-store-sqlite';
import { startMosquitto } from '../support/mosquitto';
import type { DevicesRun } from './alert-devices';
import type { FloorMessage } from './alert-floor';
import { type FloodTarget, startFloodTarget } from './flood-target';
import type { Report } from './report';

const ALERTS = 10_000;
const REFUSES_MS = 60_000;
const PER_MINUTE = 30_000;
/** What the bucket lets through at once after a quiet time. */
const BURST = 10;
const LIMIT_MS = 180_000;

interface Flood {
  readonly ledgerMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Between two frames that a screen got, while alerts came. */
  readonly frameGapMs: number;
  readonly target: FloodTarget;
  readonly deliveredMs: number;
}

export async function measureAlertFlood(): Promise<Report> {
  const flood = await runFlood();
  const { target } = flood;
  const most = (value: number) => ({ reach: { at: 'most', value } as const, rounds: 1, spread: null });
  const ids = new Set(target.taken);
  const goal = 'flood';
  return {
    verdicts: [
      {
        goal,
        what: `s until ${ALERTS} alerts are in the ledger`,
        measured: flood.ledgerMs / 1e3,
        ...most(5),
      },
      {
        goal,
        what: 'longest time between two frames of a screen, ms',
        measured: flood.frameGapMs,
        ...most(1_000),
      },
      { goal, what: 'alerts lost on the way out', measured: ALERTS - ids.size, ...most(0) },
      { goal, what: 'alerts handed on twice', measured: target.taken.length - ids.size, ...most(0) },
      {
        ...{ goal, what: `tries within 10 s, at ${PER_MINUTE / 60}/s and ${BURST} at once` },
        // A second's count would hang on how long the tries were on their way.
        ...{ measured: target.mostWithin(10_000), ...most((PER_MINUTE / 60) * 10 + BURST) },
      },
    ],
    notes: [
      { goal, what: 'event loop meanwhile, 99th percentile, ms', measured: flood.p99Ms },
      { goal, what: 'longest delay of the event loop meanwhile, ms', measured: flood.maxMs },
      { goal, what: 'answers 503 and 429', measured: target.refusals },
      {
        goal,
        what: 's until all were handed on, the minute of refusals in it',
        measured: flood.deliveredMs / 1e3,
      },
    ],
    doubts: [],
  };
}

async function runFlood(): Promise<Flood> {
  const folder = mkdtempSync(join(tmpdir(), 'floorcast-flood-'));
  const broker = await startMosquitto({ maxInFlight: 1_000 });
  const target = await startFloodTarget(REFUSES_MS);
  const children: ChildProcess[] = [];
  try {
    const floor = fork(join(import.meta.dirname, 'alert-floor.js'), {
      env: settings({ broker: broker.url, target: target.url, folder }),
    });
    const devices = fork(join(import.meta.dirname, 'alert-devices.js'));
    children.push(floor, devices);
    const [[up]] = await Promise.all([once(floor, 'message'), once(devices, 'message')]);
    const { url } = up as Extract<FloorMessage, { kind: 'up' }>;
    const screen = await openScreen(url);
    const database = new Database(alertsFile(folder), { readonly: true });
    await turnsOf(floor);
    target.begin();
    const startedAt = performance.now();
    const run: DevicesRun = { url: broker.url, root: 'devices', count: ALERTS, round: 1 };
    devices.send(run);
    await until(() => countOf(database) >= ALERTS);
    const ledgerMs = performance.now() - startedAt;
    const turns = await turnsOf(floor);
    const frameGapMs = screen.longestGapMs();
    console.log(`  flood: all in the ledger; handing on through a minute of refusals`);
    await until(() => target.taken.length >= ALERTS);
    const deliveredMs = performance.now() - startedAt;
    // Who is sent twice would be sent soon.
    await wait(2_000);
    database.close();
    screen.close();
    return { ledgerMs, ...turns, frameGapMs, target, deliveredMs };
  } finally {
    for (const child of children) child.kill();
    await target.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function settings(where: { broker: string; target: string; folder: string }): NodeJS.ProcessEnv {
  return {
    ...{
      NODE_ENV: 'production',
      PORT: '0',
      DATA_DIR: where.folder,
      TIME_ZONE: 'UTC',
      MQTT_URL: where.broker,
    },
    ...{ ALERT_EVENTS_URL: where.target, ALERT_EVENTS_PER_MINUTE: String(PER_MINUTE) },
    ...{ ALERT_EVENTS_LEVELS: 'critical,warning,info' },
  };
}

async function turnsOf(floor: ChildProcess): Promise<{ p99Ms: number; maxMs: number }> {
  floor.send('turns');
  const [said] = (await once(floor, 'message')) as [Extract<FloorMessage, { kind: 'turns' }>];
  return said;
}

/** A screen on the default board, which notes when something came. */
async function openScreen(url: string) {
  const options = { transports: ['websocket'], auth: { boardId: 'default' }, extraHeaders: { origin: url } };
  const socket = io(`${url}/board`, options);
  let last = performance.now();
  let longest = 0;
  const note = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  for (const event of ['snapshot', 'delta', ALERTS_EVENT]) socket.on(event, note);
  await new Promise<void>((resolve, reject) => {
    socket.once('snapshot', () => resolve());
    socket.once('connect_error', reject);
    socket.once('refused', ({ message }: { message: string }) => reject(new Error(message)));
  });
  return {
    longestGapMs() {
      note();
      return longest;
    },
    close: () => void socket.close(),
  };
}

function countOf(database: Database.Database): number {
  const [row] = database.prepare('SELECT count(*) AS count FROM alerts').all() as { count: number }[];
  return row?.count ?? 0;
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('the flood did not end in time');
    await wait(20);
  }
}
