/**
 * A made-up contact centre runs for hours, on a clock that the test moves, in front of a whole Floorcast: every figure
 * of every queue and media type, and every roll-up, against the simulator's own books.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { KpiKey } from '../../../lib/contracts/kpi';
import { ALL_QUEUES, queueId, type SubjectKey, subjectKey } from '../../../lib/ids';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { type RunningSimulator, startSimulator } from '../../../server/simulator/simulator';
import { type Floorcast, wire } from '../../../server/wire';
import { FakeClock } from '../../support/fake-clock';
import { stageConfig } from '../../support/stage-config';

const STEP_MS = 250;
const MINUTE_MS = 60_000;

let floorcast: Floorcast | null = null;
let simulator: RunningSimulator | null = null;
let dataDir = '';
afterEach(async () => {
  await floorcast?.stop();
  await simulator?.stop();
  rmSync(dataDir, { recursive: true });
});

async function setWorld(seed: number, startAt: number) {
  const clock = new FakeClock(startAt);
  const world = await startSimulator({
    ...{ port: 0, clock, random: seededRandom(seed), log: silentLog },
    world: { kind: 'made-up', queues: 12, seed, warmUp: true },
  });
  simulator = world;
  dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-world-'));
  const started = await wire({
    config: stageConfig({ simulatorUrl: world.url, dataDir, timeZone: 'UTC' }),
    ...{ clock, random: seededRandom(seed + 1), log: silentLog, build: 'test', startPages: null },
  });
  floorcast = started;
  return { clock, world, floorcast: started };
}

type Truth = ReturnType<RunningSimulator['truth']>['queues'][number];

/** What the board should show of a queue and media type, by the books. */
function rightFigures({ now, today }: Truth['media'][number]): readonly (readonly [KpiKey, number | null])[] {
  const ratio = (a: number, b: number) => (b === 0 ? null : a / b);
  return [
    ['waiting', now.waiting],
    ['interacting', now.interacting],
    ['alerting', now.alerting],
    ['longestWaitSince', now.longestWaitSince],
    ['offered', today.offered],
    ['answered', today.answered],
    ['abandoned', today.abandoned],
    ['abandonRate', ratio(today.abandoned, today.offered)],
    ['serviceLevel', ratio(today.serviceLevel.numerator, today.serviceLevel.denominator)],
    ['asaMs', ratio(today.tAnswered.sum, today.tAnswered.count)],
    ['ahtMs', ratio(today.tHandle.sum, today.tHandle.count)],
  ];
}

/** Over all media types, and of the queue's agents. */
function rightSums({ media, users }: Truth): readonly (readonly [KpiKey, number])[] {
  const on = (status: string) => users.onQueue[status] ?? 0;
  return [
    ['waiting', media.reduce((sum, m) => sum + m.now.waiting, 0)],
    ['offered', media.reduce((sum, m) => sum + m.today.offered, 0)],
    ['agentsAvailable', on('IDLE')],
    ['agentsInteracting', on('INTERACTING')],
    ['agentsNotResponding', on('NOT_RESPONDING')],
  ];
}

/** What a listener makes of the announced changes alone, as a screen does. */
function mirrorOf(reader: Floorcast['reader']): (subject: SubjectKey, kpi: KpiKey) => number | null {
  const heard = new Map<string, number | null>();
  reader.subscribe(({ changes }) => {
    for (const { subject, kpi, value } of changes) heard.set(`${subject}#${kpi}`, value);
  });
  return (subject, kpi) => heard.get(`${subject}#${kpi}`) ?? null;
}

type Look = (subject: SubjectKey, kpi: KpiKey) => number | null;

function differences(look: Look, truth: readonly Truth[]): string[] {
  const found: string[] = [];
  const compare = (
    subject: SubjectKey,
    figures: readonly (readonly [KpiKey, number | null])[],
    name: string,
  ) => {
    for (const [kpi, right] of figures) {
      const shown = look(subject, kpi);
      // A media type without any traffic yet is not known; its counts are 0 in the books.
      if (shown !== right && !(shown === null && right === 0))
        found.push(`${name} ${kpi} ${shown}, right is ${right}`);
    }
  };
  const whole = new Map<KpiKey, number>();
  for (const queue of truth) {
    const id = queueId(queue.id);
    for (const media of queue.media) {
      const key = subjectKey('queue', id, media.mediaType);
      compare(key, rightFigures(media), `${queue.name} ${media.mediaType}`);
    }
    const sums = rightSums(queue);
    compare(subjectKey('queue', id), sums, queue.name);
    for (const [kpi, value] of sums) whole.set(kpi, (whole.get(kpi) ?? 0) + value);
  }
  compare(ALL_QUEUES, [...whole], 'all');
  return found;
}

describe('a made-up centre, for hours', () => {
  it.each([
    ['a forenoon', 1, Date.UTC(2026, 10, 20, 9, 7)],
    ['across midnight', 2, Date.UTC(2026, 10, 20, 23, 11)],
  ])('RUN-36 every figure equals the books: %s', async (_, seed, startAt) => {
    const { clock, world, floorcast } = await setWorld(seed, startAt);
    const asked: Look = (subject, kpi) => floorcast.reader.value(subject, kpi)?.value ?? null;
    const announced = mirrorOf(floorcast.reader);
    const look = () => {
      const truth = world.truth().queues;
      return [
        ...differences(asked, truth).map((text) => `asked: ${text}`),
        ...differences(announced, truth).map((text) => `announced: ${text}`),
      ];
    };
    const wrong: string[] = [];
    for (let minute = 1; minute <= 100; minute += 1) {
      await clock.advanceAsync(MINUTE_MS, STEP_MS);
      if (minute < 3) continue;
      // The platform sends at most once a second: what still differs after two is wrong.
      let left = look();
      for (let step = 0; step < 16 && left.length > 0; step += 1) {
        await clock.advanceAsync(STEP_MS, STEP_MS);
        const now = new Set(look());
        left = left.filter((text) => now.has(text));
      }
      wrong.push(...left.map((text) => `minute ${minute}: ${text}`));
      if (wrong.length > 20) break;
    }
    expect(wrong).toEqual([]);
  });
});
