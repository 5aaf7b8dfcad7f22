/**
 * The Floorcast of the benchmark of device sessions, a process of its own: it holds so many sessions for so long, and
 * notes when each window is told, how late its event loop is, and how much it holds. Started by device-sessions.ts,
 * which tells it what to do.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import type { MetricWindow } from '../../lib/contracts/diagnostics';
import { openBenchRoom } from './device-room';

export interface FloorTask {
  /** Of the appliances. */
  readonly host: string;
  readonly dataDir: string;
  readonly sessions: number;
  /** When the heap is weighed first, and when it ends. */
  readonly settleMs: number;
  readonly runMs: number;
}

export type DeviceFloorMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun' }
  | ({ readonly kind: 'done' } & FloorFigures);

export interface FloorFigures {
  /** From a window's end to its being told, ms, the shortest first. */
  readonly lateness: readonly number[];
  /** Windows that do not follow the one before of their metric. */
  readonly gaps: number;
  readonly samples: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly heapMb: readonly [settled: number, end: number];
  /** Of one core. */
  readonly cpuShare: number;
  readonly states: readonly (readonly [string, number])[];
}

const RESOLUTION_MS = 5;
/** Sessions begun at a time. */
const AT_ONCE = 20;

process.on(
  'message',
  (task: FloorTask) => void run(task).then((figures) => say({ kind: 'done', ...figures })),
);
process.on('disconnect', () => process.exit());
say({ kind: 'ready' });

async function run({ host, dataDir, sessions, settleMs, runMs }: FloorTask): Promise<FloorFigures> {
  const room = await openBenchRoom(host, dataDir);
  const lateness: number[] = [];
  let [isMeasuring, gaps, samples] = [false, 0, 0];
  const watcher = () => {
    const toldUntil = new Map<string, number>();
    return ({ metric, from, to, count }: MetricWindow) => {
      const before = toldUntil.get(metric);
      toldUntil.set(metric, to);
      if (!isMeasuring) return;
      lateness.push(Date.now() - to);
      if (before !== undefined && before !== from) gaps += 1;
      samples += count;
    };
  };
  for (let n = 0; n < sessions; n += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, sessions - n) }, (_, i) => `appliance-${n + i}`);
    await Promise.all(some.map((deviceId) => room.begin(deviceId, watcher())));
  }
  const turns = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  turns.enable();
  isMeasuring = true;
  say({ kind: 'begun' });
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await wait(settleMs);
  const settled = heapMb();
  await wait(runMs - settleMs);
  turns.disable();
  isMeasuring = false;
  const { user, system } = process.cpuUsage(cpu);
  const cpuShare = (user + system) / 1_000 / (performance.now() - startedAt);
  const figures = {
    ...{ lateness: lateness.sort((a, b) => a - b), gaps, samples, cpuShare },
    ...{ p99Ms: turns.percentile(99) / 1e6, maxMs: turns.max / 1e6 },
    heapMb: [settled, heapMb()] as const,
    states: [...(await room.states())],
  };
  await room.stop();
  return figures;
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
}

function say(message: DeviceFloorMessage): void {
  process.send?.(message);
}
