/**
 * Alerts a second through a real Mosquitto, stored and acknowledged, against bare mqtt.js that acknowledges at once:
 * the same broker, the same devices in a process of their own, the same messages, A, B, A, B. Measured from the first
 * message to the last that is stored. Either they are published while they are taken, or they all wait in the session.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mosquitto } from '../support/mosquitto';
import { startMosquitto } from '../support/mosquitto';
import type { DevicesRun } from './alert-devices';
import { bareTaker, type Drained, floorcastTaker, type Taker } from './alert-takers';
import type { Note, Report } from './report';
import { median, spread } from './statistics';

const ALERTS = 20_000;
/** Mosquitto's `max_inflight_messages`, as the guide sets it, and as it comes. */
const GUIDED = 1_000;
const AS_IT_COMES = 20;

type Way = 'live' | 'waiting';
type Run = Record<Taker['name'], Drained[]>;

export async function measureAlertIngest(rounds: number): Promise<Report> {
  const live = await measure('live', GUIDED, rounds);
  const waiting = await measure('waiting', GUIDED, rounds);
  const asItComes = await measure('live', AS_IT_COMES, rounds);
  const ratios = ratiosOf(live);
  const rates = live.floorcast.map(({ perSecond }) => perSecond);
  const least = (value: number) => ({ reach: { at: 'least', value } as const, rounds });
  return {
    verdicts: [
      {
        ...{ goal: 'ingest', what: 'alerts/s stored and acknowledged ÷ bare mqtt.js' },
        ...{ measured: median(ratios), spread: spread(ratios), ...least(0.4) },
      },
      {
        ...{ goal: 'ingest', what: 'alerts/s stored and acknowledged' },
        ...{ measured: Math.round(median(rates)), spread: spread(rates), ...least(5_000) },
      },
    ],
    notes: [
      ...notesOf('while they are published', live),
      ...notesOf('all waiting in the session', waiting),
      ...notesOf(`while they are published, ${AS_IT_COMES} in flight`, asItComes),
    ],
    doubts: [],
  };
}

async function measure(way: Way, maxInFlight: number, rounds: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'floorcast-ingest-'));
  const broker = await startMosquitto({ maxInFlight });
  const devices = fork(join(import.meta.dirname, 'alert-devices.js'));
  const run: Run = { floorcast: [], bare: [] };
  try {
    await once(devices, 'message');
    // The first is for warming up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const taker of [floorcastTaker(broker.url, join(folder, String(round))), bareTaker(broker.url)]) {
        const drained = await takeAll(taker, { way, broker, devices, round });
        if (round > 0) run[taker.name].push(drained);
      }
      if (round > 0) console.log(`  ingest, ${way}, ${maxInFlight} in flight: round ${round} of ${rounds}`);
    }
    return run;
  } finally {
    devices.kill();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface TakeOptions {
  readonly way: Way;
  readonly broker: Mosquitto;
  readonly devices: ChildProcess;
  readonly round: number;
}

async function takeAll(taker: Taker, { way, broker, devices, round }: TakeOptions): Promise<Drained> {
  const { name: root } = taker;
  const told: DevicesRun = { url: broker.url, root, count: ALERTS, round };
  const publish = async () => {
    const published = once(devices, 'message');
    devices.send(told);
    await published;
  };
  await taker.openSession();
  if (way === 'waiting') await publish();
  globalThis.gc?.();
  const drained = taker.take(ALERTS);
  if (way === 'live') await publish();
  return drained;
}

function ratiosOf({ floorcast, bare }: Run): number[] {
  return floorcast.map(({ perSecond }, round) => perSecond / (bare[round]?.perSecond ?? Number.NaN));
}

function notesOf(where: string, run: Run): Note[] {
  const said = (drains: readonly Drained[]) => {
    const perSecond = Math.round(median(drains.map((drained) => drained.perSecond)));
    return `${perSecond} a second, ${median(drains.map(({ cpuUs }) => cpuUs)).toPrecision(3)} µs CPU each`;
  };
  return [
    { goal: 'ingest', what: `Floorcast, ${where}`, measured: said(run.floorcast) },
    { goal: 'ingest', what: `bare mqtt.js, ${where}`, measured: said(run.bare) },
    { goal: 'ingest', what: `ratio, ${where}`, measured: median(ratiosOf(run)) },
  ];
}
