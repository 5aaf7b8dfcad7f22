/** P4, P5 and the push side of P6: what a delivery, a tick and a snapshot cost. */
import { countSerialisations, snapshotCostMs, tickCostUs } from './board-ticks';
import { type DeliveryFigures, measureDeliveries } from './deliveries';
import type { TargetKind } from './delivery-messages';
import type { Note, Report, Verdict } from './report';
import { growthExponent, median, medianRatio, spread } from './statistics';

/** What runs in each round, back to back, each in fresh processes. */
const RUNS: readonly (readonly [TargetKind, number])[] = [
  ['ws', 1_000],
  ['floorcast', 1_000],
  ['emit', 1_000],
  ['floorcast', 100],
  ['floorcast', 500],
  ['floorcast', 2_000],
];
const SNAPSHOT_ROWS = [250, 1_000, 4_000, 16_000, 100_000];

export async function measurePush(rounds: number): Promise<Report> {
  const runs = new Map<string, DeliveryFigures[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, screens] of RUNS) {
      const key = `${kind} ${screens}`;
      runs.set(key, [...(runs.get(key) ?? []), await measureDeliveries(kind, screens)]);
    }
    console.log(`  deliveries: round ${round + 1} of ${rounds}`);
  }
  const of = (key: string) => runs.get(key) ?? [];
  const net = (key: string) => of(key).map((run) => run.cpuPerDeliveryUs);
  const gross = (key: string) => of(key).map((run) => run.grossCpuPerDeliveryUs);
  const p4 = ratioVerdict(
    'P4',
    'CPU a delivery ÷ bare ws.send, 1,000 screens, heartbeats and all',
    [gross('floorcast 1000'), gross('ws 1000')],
    1.1,
  );
  const screensGrowth = growthExponent(
    [500, 1_000, 2_000].map((x) => ({ x, y: median(gross(`floorcast ${x}`)) * x })),
  );
  const serialisations = countSerialisations();
  return {
    verdicts: [
      p4,
      {
        goal: 'P5',
        what: `ticks in which frames serialised ≠ boards that changed (${serialisations.serialisations} frames, ${serialisations.changedBoards} boards, ${serialisations.ticks} ticks)`,
        measured: serialisations.wrongTicks,
        reach: { at: 'most', value: 0 },
        rounds: 1,
        spread: null,
      },
      ...tickVerdicts(rounds),
      ratioVerdict(
        'P5',
        'CPU a delivery, 1,000 screens ÷ 100',
        [gross('floorcast 1000'), gross('floorcast 100')],
        1.25,
      ),
      growthVerdict('CPU of a tick delivered to all, in screens 500 → 2,000', screensGrowth, 1.3, rounds),
      snapshotVerdict(rounds),
    ],
    notes: [
      ...RUNS.map(([kind, screens]) => deliveryNote(kind, screens, of(`${kind} ${screens}`))),
      note(
        'P4',
        'the same ÷ without heartbeats on either side',
        medianRatio(net('floorcast 1000'), net('ws 1000')),
      ),
      note(
        'P4',
        'plain Socket.IO room emit ÷ bare ws.send',
        medianRatio(gross('emit 1000'), gross('ws 1000')),
      ),
    ],
    doubts: [...runs].flatMap(([key, list]) => doubtsOf(key, list)),
  };
}

function tickVerdicts(rounds: number): Verdict[] {
  const [many, few]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    few.push(tickCostUs(100));
    many.push(tickCostUs(1_000));
  }
  return [ratioVerdict('P5', 'CPU of a tick without its sockets, 1,000 screens ÷ 100', [many, few], 1.25)];
}

function snapshotVerdict(rounds: number): Verdict {
  const costs = SNAPSHOT_ROWS.map(() => [] as number[]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, rows] of SNAPSHOT_ROWS.entries()) costs[index]?.push(snapshotCostMs(rows));
  }
  const points = SNAPSHOT_ROWS.map((rows, index) => ({ x: rows, y: median(costs[index] ?? []) }));
  const said = points.map(({ x, y }) => `${x}: ${y.toPrecision(2)} ms`).join(', ');
  return growthVerdict(`CPU of a snapshot, in rows (${said})`, growthExponent(points), 1.25, rounds);
}

export function growthVerdict(what: string, measured: number, reach: number, rounds: number): Verdict {
  return { goal: 'P6', what, measured, reach: { at: 'most', value: reach }, rounds, spread: null };
}

function ratioVerdict(
  goal: string,
  what: string,
  [above, below]: readonly [readonly number[], readonly number[]],
  reach: number,
): Verdict {
  const ratios = above.map((value, round) => value / (below[round] ?? Number.NaN));
  return {
    goal,
    what,
    measured: median(ratios),
    reach: { at: 'most', value: reach },
    rounds: ratios.length,
    spread: spread(ratios),
  };
}

function deliveryNote(kind: TargetKind, screens: number, runs: readonly DeliveryFigures[]): Note {
  const ofAll = (pick: (run: DeliveryFigures) => number) => median(runs.map(pick)).toPrecision(3);
  const with_ = ofAll((run) => run.grossCpuPerDeliveryUs);
  const without = ofAll((run) => run.cpuPerDeliveryUs);
  const passed = runs.reduce((sum, run) => sum + run.passedOver, 0);
  const bytes = runs[0]?.frameBytes ?? 0;
  return note(
    'P4',
    `${kind}, ${screens} screens, ${bytes} B`,
    `${with_} µs a delivery (${without} without heartbeats; passed over: ${passed})`,
  );
}

function note(goal: string, what: string, measured: number | string): Note {
  return { goal, what, measured };
}

function doubtsOf(key: string, runs: readonly DeliveryFigures[]): string[] {
  const said = new Set(runs.flatMap((run) => (run.doubt === null ? [] : [`${key}: ${run.doubt}`])));
  const lost = runs.filter((run) => run.received < run.deliveries).length;
  if (lost > 0) said.add(`${key}: in ${lost} runs fewer frames arrived than were sent`);
  return [...said];
}
