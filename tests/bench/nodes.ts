/**
 * Several nodes: what a second gateway costs, and what the way through Redis adds. Three gateways at once, so that all
 * apply the same events at the same moment: one with 1,000 screens, two with 500 each; CPU of the gateways' processes by
 * the messages their screens got. Then marks, single changes of a figure, from the collector to a screen of a gateway,
 * and at the same time within one process that serves its own screens.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Mark } from './node-messages';
import { type MarkScreen, type Node, openNodeStand, type Screens } from './node-stand';
import type { Note, Report, Verdict } from './report';
import { median, spread } from './statistics';

const QUEUES = 2_000;
const SCREENS = 1_000;
/** A busy hour of 2,000 queues, a quiet one, and one event a queue and second. */
const RATES = [500, 100, 2_000];
const GOAL_RATE = 500;
const WINDOW_MS = 2_000;
const QUIET_MARKS = { count: 40, everyMs: 600 };
const LOADED_MARKS = { count: 1_000, everyMs: 20 };
const LOADED_RATE = 2_000;
const SETTLE_MS = 2_000;
/** Until V8 has compiled what is hot: a gateway costs twice as much in its first seconds. */
const WARM_UP = { rate: 2_000, ms: 8_000 };
/** Above this share of a core the screens are said to have been the limit. */
const LOAD_LIMIT = 0.85;

interface Window {
  /** CPU of the gateways a message, µs. */
  readonly one: number;
  readonly two: number;
  /** The same with the collector, whose events they are. */
  readonly site: { readonly one: number; readonly two: number };
  readonly bytesAMessage: number;
  /** Of a core: the gateway with all screens, both of the others, the collector, the busiest process of screens. */
  readonly shares: Record<'one' | 'two' | 'collector' | 'screens', number>;
}

export async function measureNodes(rounds: number): Promise<Report> {
  const gateways = await measureGateways(rounds);
  const latency = await measureCrossing();
  return {
    verdicts: [...gateways.verdicts, ...latency.verdicts],
    notes: [...gateways.notes, ...latency.notes],
    doubts: [...gateways.doubts, ...latency.doubts],
  };
}

async function measureGateways(rounds: number): Promise<Report> {
  const stand = await openNodeStand(QUEUES);
  try {
    const collector = await stand.collector();
    const nodes = [await stand.gateway(), await stand.gateway(), await stand.gateway()] as const;
    await collector.load(QUEUES);
    const screens: Screens[] = [];
    for (const [node, count] of [
      [nodes[0], SCREENS],
      [nodes[1], SCREENS / 2],
      [nodes[2], SCREENS / 2],
    ] as const) {
      screens.push(await stand.screens(node, count));
    }
    await collector.load(WARM_UP.rate);
    await wait(WARM_UP.ms);
    const windows = new Map<number, Window[]>();
    for (const rate of RATES) {
      await collector.load(rate);
      await wait(SETTLE_MS);
      const all: Window[] = [];
      for (let round = 0; round < rounds; round += 1)
        all.push(await oneWindow([collector, ...nodes], screens));
      windows.set(rate, all);
      console.log(`  nodes: ${rate} events a second measured`);
    }
    return gatewaysReport(windows, rounds);
  } finally {
    await stand.stop();
  }
}

async function oneWindow(nodes: readonly Node[], screens: readonly Screens[]): Promise<Window> {
  const before = await Promise.all(nodes.map((node) => node.usage()));
  for (const own of screens) own.begin();
  const startedAt = performance.now();
  await wait(WINDOW_MS);
  const after = await Promise.all(nodes.map((node) => node.usage()));
  const wallUs = (performance.now() - startedAt) * 1_000;
  const reports = await Promise.all(screens.map((own) => own.report()));
  const cpu = after.map(({ cpuUs }, index) => cpuUs - (before[index]?.cpuUs ?? Number.NaN));
  const [collector = Number.NaN, one = Number.NaN, ...others] = cpu;
  const received = reports.map((report) => report.received);
  const [all = Number.NaN, ...parts] = received;
  return {
    one: one / all,
    two: sum(others) / sum(parts),
    site: { one: (collector + one) / all, two: (collector + sum(others)) / sum(parts) },
    bytesAMessage: sum(reports.map(({ bytes }) => bytes)) / sum(received),
    shares: {
      one: one / wallUs,
      two: sum(others) / wallUs,
      collector: collector / wallUs,
      screens: Math.max(...reports.map(({ busyShare }) => busyShare)),
    },
  };
}

function gatewaysReport(windows: ReadonlyMap<number, readonly Window[]>, rounds: number): Report {
  const goal = 'nodes';
  const ratiosAt = (rate: number) => (windows.get(rate) ?? []).map(({ one, two }) => two / one);
  const verdict: Verdict = {
    ...{
      goal,
      what: `CPU a message, ${SCREENS / 2} + ${SCREENS / 2} screens at two gateways ÷ ${SCREENS} at one`,
    },
    ...{ measured: median(ratiosAt(GOAL_RATE)), spread: spread(ratiosAt(GOAL_RATE)), rounds },
    reach: { at: 'most', value: 1.15 },
  };
  const notes = [...windows].map(([rate, all]): Note => {
    const of = (pick: (window: Window) => number) => median(all.map(pick));
    const us = [of(({ one }) => one), of(({ two }) => two)].map((value) => value.toPrecision(3));
    const shares = (['one', 'two', 'collector'] as const).map((part) =>
      of(({ shares }) => shares[part]).toFixed(2),
    );
    const measured =
      `${median(ratiosAt(rate)).toFixed(2)}: ${us[0]} µs at one, ${us[1]} µs at two; ` +
      `with the collector ${of(({ site }) => site.two / site.one).toFixed(2)}; ` +
      `${Math.round(of(({ bytesAMessage }) => bytesAMessage))} B; ` +
      `${shares[0]} and ${shares[1]} of a core, the collector ${shares[2]}`;
    return { goal, what: `the same at ${rate} events/s over ${QUEUES} queues`, measured };
  });
  const isLimited = [...windows.values()].flat().some(({ shares }) => shares.screens > LOAD_LIMIT);
  return { verdicts: [verdict], notes, doubts: isLimited ? ['the screens were the limit'] : [] };
}

async function measureCrossing(): Promise<Report> {
  const stand = await openNodeStand(QUEUES);
  try {
    const [collector, alone] = [await stand.collector(), await stand.alone()];
    const gateway = await stand.gateway();
    const [crossed, own] = [await stand.markScreen(gateway, true), await stand.markScreen(alone, false)];
    const both = [collector, alone] as const;
    for (const process of both) await process.load(LOADED_RATE);
    await wait(SETTLE_MS);
    const measure = async ({ count, everyMs }: typeof QUIET_MARKS) => {
      const marks = await Promise.all(both.map((process) => process.marks(count, everyMs)));
      await wait(SETTLE_MS);
      return [delaysOf(marks[0] ?? [], crossed), delaysOf(marks[1] ?? [], own)] as const;
    };
    const loaded = await measure(LOADED_MARKS);
    console.log('  nodes: the way through Redis measured, under load');
    for (const process of both) await process.load(0);
    await wait(SETTLE_MS);
    const quiet = await measure(QUIET_MARKS);
    console.log('  nodes: the way through Redis measured, quiet');
    return crossingReport({ quiet, loaded });
  } finally {
    await stand.stop();
  }
}

interface Delays {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
  readonly lost: number;
}

function delaysOf(marks: readonly Mark[], { seen }: MarkScreen): Delays {
  const delays = marks.flatMap(({ value, at }) => {
    const seenAt = seen.get(value);
    return seenAt === undefined ? [] : [seenAt - at];
  });
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return {
    mean: sum(delays) / delays.length,
    p50: at(0.5) ?? Number.NaN,
    p99: at(0.99) ?? Number.NaN,
    count: marks.length,
    lost: marks.length - delays.length,
  };
}

function crossingReport(phases: Record<'quiet' | 'loaded', readonly [Delays, Delays]>): Report {
  const goal = 'nodes';
  const words = { quiet: 'at a quiet board', loaded: `under ${LOADED_RATE} events/s, boards at 4 Hz` };
  const parts = (['quiet', 'loaded'] as const).map((phase) => {
    const [crossed, own] = phases[phase];
    // Under load a change waits for its board's tick, anywhere in a quarter of a second: its median says less.
    const verdicts = ([phase === 'quiet' ? 'p50' : 'mean', 'p99'] as const).map(
      (part): Verdict => ({
        ...{ goal, what: `ms more from a frame to a screen through Redis, ${part}, ${words[phase]}` },
        ...{ measured: crossed[part] - own[part], rounds: crossed.count, spread: null },
        reach: { at: 'most', value: 10 },
      }),
    );
    const said = ({ mean, p50, p99 }: Delays) =>
      `mean ${mean.toFixed(1)} ms, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    const note: Note = {
      ...{ goal, what: `frame to screen ${words[phase]}` },
      measured: `through Redis ${said(crossed)}; in one process ${said(own)}`,
    };
    const lost = crossed.lost + own.lost;
    return { verdicts, note, doubts: lost > 0 ? [`${lost} marks were not seen ${words[phase]}`] : [] };
  });
  return {
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
    notes: parts.map(({ note }) => note),
    doubts: parts.flatMap(({ doubts }) => doubts),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
