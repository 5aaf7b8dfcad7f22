/**
 * 500 device sessions at once, ten messages a second each, for a minute: whether windows are told on time, how late the
 * event loop is, and whether memory stays flat. Real WebSockets, sessions, store and audit log; appliances and server
 * are processes of their own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppliancesMessage } from './device-appliances';
import type { DeviceFloorMessage, FloorFigures, FloorTask } from './device-floor';
import type { Report } from './report';

const SESSIONS = 500;
const SETTLE_MS = 15_000;
const RUN_MS = 60_000;
/** A lateness is a delay, never less than none: half of ± 250 ms is not used. */
const LATE_MS = 250;
const LOOP_P99_MS = 50;
const HEAP_GROWTH = 1.1;

type Done = Extract<DeviceFloorMessage, { kind: 'done' }>;

export async function measureDeviceSessions(): Promise<Report> {
  const { figures, sent } = await runSessions();
  const { lateness, heapMb, gaps, p99Ms, maxMs, samples, states, cpuShare } = figures;
  const most = (value: number) => ({ reach: { at: 'most', value } as const, rounds: 1, spread: null });
  const goal = 'devices';
  const away = SESSIONS - (new Map(states).get('RUNNING') ?? 0) - (new Map(states).get('COMPLETED') ?? 0);
  const at = (part: number) => lateness[Math.floor(part * (lateness.length - 1))] ?? Number.NaN;
  return {
    verdicts: [
      { goal, what: 'worst lateness of a window told, ms', measured: at(1), ...most(LATE_MS) },
      {
        goal,
        what: 'earliest a window was told before its end, ms',
        measured: Math.max(0, -at(0)),
        ...most(0),
      },
      { goal, what: 'event loop, 99th percentile, ms', measured: p99Ms, ...most(LOOP_P99_MS) },
      {
        ...{ goal, what: 'heap after a minute ÷ after 15 s' },
        ...{ measured: heapMb[1] / heapMb[0], ...most(HEAP_GROWTH) },
      },
      { goal, what: 'windows that are missing', measured: gaps, ...most(0) },
      { goal, what: 'sessions that are not up at the end', measured: away, ...most(0) },
    ],
    notes: [
      { goal, what: 'windows told', measured: lateness.length },
      { goal, what: 'lateness, 99.9th percentile, ms', measured: at(0.999) },
      { goal, what: 'lateness, median, ms', measured: at(0.5) },
      { goal, what: 'samples in them, of those sent', measured: `${samples} of ${sent * 4}` },
      { goal, what: 'longest delay of the event loop, ms', measured: maxMs },
      { goal, what: 'heap after 15 s, MB', measured: heapMb[0] },
      { goal, what: 'CPU of the server, of one core', measured: cpuShare },
    ],
    doubts: [],
  };
}

async function runSessions(): Promise<{ figures: FloorFigures; sent: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'floorcast-devices-'));
  const children: ChildProcess[] = [];
  const child = (name: string) => {
    const started = fork(join(import.meta.dirname, `${name}.js`));
    children.push(started);
    return started;
  };
  try {
    const [appliances, floor] = [child('device-appliances'), child('device-floor')];
    const [up] = await Promise.all([said<AppliancesMessage>(appliances), said<DeviceFloorMessage>(floor)]);
    if (up.kind !== 'up') throw new Error('the appliances did not come up');
    const task: FloorTask = { host: up.url, dataDir, sessions: SESSIONS, settleMs: SETTLE_MS, runMs: RUN_MS };
    const begun = said<DeviceFloorMessage>(floor);
    floor.send(task);
    await begun;
    const before = await sentBy(appliances);
    console.log(`  devices: ${SESSIONS} sessions are up`);
    const done = (await said<DeviceFloorMessage>(floor)) as Done;
    return { figures: done, sent: (await sentBy(appliances)) - before };
  } finally {
    for (const one of children) one.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function sentBy(appliances: ChildProcess): Promise<number> {
  const sent = said<AppliancesMessage>(appliances);
  appliances.send('sent');
  const message = await sent;
  return message.kind === 'sent' ? message.metrics : Number.NaN;
}

/** The next message of a child; rejects where it ends first. */
async function said<T>(from: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const over = () => ended.abort(new Error('a process of the benchmark ended'));
  from.once('exit', over);
  try {
    const [message] = await once(from, 'message', { signal: ended.signal });
    // Both sides are of this folder.
    return message as T;
  } finally {
    from.off('exit', over);
  }
}
