import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dayTruth } from '../../../scripts/day-truth';
import type { QueueTruth } from '../../../server/simulator/truth';
import { type SimStage, setReplay } from './sim-stage';

const SUPPORT = path.join(import.meta.dirname, '..', '..', 'support');
const SHARED = path.join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
const HEAD = 'queue,offered,left_queue,outcome,answered_start,answered_end,agent';
const csvOf = (...lines: string[]) => [HEAD, ...lines].join('\n');
const read = (folder: string, name: string) => readFileSync(path.join(folder, name), 'utf8');

let stage: SimStage | null = null;
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

function divided(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round((sum / count) * 100) / 100;
}
/** A day as the truth file puts it. */
function dayOf({ media }: QueueTruth) {
  const [voice] = media;
  if (voice === undefined) throw new Error('no calls');
  const { offered, answered, abandoned, serviceLevel, tAnswered, tWait, tHandle } = voice.today;
  return {
    offered,
    answered,
    abandoned,
    abandonRatePct: divided(100 * abandoned, offered),
    answeredWithin20s: serviceLevel.numerator,
    serviceLevelPct: divided(100 * serviceLevel.numerator, serviceLevel.denominator),
    asaSeconds: divided(tAnswered.sum / 1_000, answered),
    maxWaitSeconds: tWait.max / 1_000,
    ahtSeconds: divided(tHandle.sum / 1_000, tHandle.count),
  };
}
async function playedDay(csv: string, speed: number) {
  const set = await setReplay(csv, speed);
  stage = set.stage;
  stage.simulator.startReplay();
  const { replay } = stage.simulator.truth();
  stage.clock.advance(((replay?.fileEndMs ?? 0) - (replay?.fileStartMs ?? 0)) / speed + 25);
  const truth = stage.simulator.truth();
  expect(truth.replay?.state).toBe('done');
  return Object.fromEntries(truth.queues.map((queue) => [queue.name, dayOf(queue)]));
}

describe('a replay', () => {
  it.each([1, 600, 100_000])(
    'SIM-19 ends with the exact figures of the small day at speed %d',
    async (speed) => {
      expect(await playedDay(read(SUPPORT, 'sample-day.csv'), speed)).toEqual(
        JSON.parse(read(SUPPORT, 'sample-day.truth.json')),
      );
    },
  );

  // The real day lies beside the project and is not committed.
  if (existsSync(path.join(SHARED, 'bank-day.csv'))) {
    it('SIM-19 ends with the exact figures of a real day', async () => {
      expect(await playedDay(read(SHARED, 'bank-day.csv'), 600)).toEqual(
        JSON.parse(read(SHARED, 'bank-day.truth.json')),
      );
    });
  }

  it('SIM-28 the script works the small day’s truth out of its file', () => {
    const csv = read(SUPPORT, 'sample-day.csv');
    expect(dayTruth(csv, 20)).toEqual(JSON.parse(read(SUPPORT, 'sample-day.truth.json')));
    const day = dayTruth(
      `\uFEFF${HEAD}\r\n"A, b",23:59:50,00:00:10,answered,23:59:59,00:01:00,"x ""y"""\r\n`,
      19,
    );
    expect(day).toEqual({
      'A, b': {
        offered: 1,
        answered: 1,
        abandoned: 0,
        abandonRatePct: 0,
        answeredWithin19s: 0,
        serviceLevelPct: 0,
        asaSeconds: 20,
        maxWaitSeconds: 20,
        ahtSeconds: 61,
      },
    });
    expect(() => dayTruth(`${HEAD}\nA,9.30,09:00:00,abandoned,,,`, 20)).toThrow('"9.30" is not a time');
  });

  it('SIM-20 is held until it is told to start, and says where it is', async () => {
    const set = await setReplay(csvOf('A,10:00:00,10:01:40,abandoned,,,'), 10);
    stage = set.stage;
    const state = () => stage?.simulator.truth().replay;
    await stage.pass(1_000);
    expect(state()).toMatchObject({
      state: 'held',
      startedAt: null,
      speed: 10,
      fileStartMs: 36_000_000,
      fileNowMs: 36_000_000,
    });
    expect((await stage.call('POST', '/simulator/replay/start')).status).toBe(200);
    const startedAt = stage.clock.now();
    expect((await stage.call('POST', '/simulator/replay/start')).status).toBe(409);
    stage.clock.advance(4_000);
    expect(state()).toMatchObject({ state: 'running', startedAt, fileNowMs: 36_040_000 });
    expect(stage.simulator.truth().queues[0]?.media[0]?.now).toMatchObject({
      waiting: 1,
      longestWaitSince: startedAt,
    });
    stage.clock.advance(6_000);
    expect(state()).toMatchObject({ state: 'done', fileNowMs: 36_100_000 });
    expect(stage.simulator.startReplay()).toBe(false);
  });

  it('SIM-19 sends real moments and the file’s durations', async () => {
    const set = await setReplay(
      csvOf(
        'A,10:00:00,10:00:30,answered,10:00:29,10:02:00,x',
        'A,10:00:20,10:00:41,answered,10:00:41,10:01:00,y',
        'A,10:00:25,10:05:00,abandoned,,,',
      ),
      10,
    );
    stage = set.stage;
    const id = set.id('A');
    const token = await stage.login();
    const channel = await stage.channel(token, [
      `v2.analytics.queues.${id}.observations`,
      `v2.analytics.queues.${id}.activity`,
    ]);
    const listener = await stage.connect(channel);
    stage.simulator.startReplay();
    const started = stage.clock.now();
    await stage.pass(5_000);
    const longest = listener.of('.activity').map((frame) => {
      const [result] = frame.eventBody.results as {
        data: { metric: string; calculatedMetricValue?: number }[];
      }[];
      return result?.data.find((one) => one.metric === 'oLongestWaiting')?.calculatedMetricValue;
    });
    expect(new Set(longest)).toEqual(new Set([started, started + 2_000, started + 2_500]));
    const stats = new Map<string, unknown>();
    for (const frame of listener.of('.observations')) {
      for (const { metrics } of frame.eventBody.data as { metrics: { metric: string; stats: unknown }[] }[]) {
        for (const one of metrics) stats.set(one.metric, one.stats);
      }
    }
    expect(stats.get('tAnswered')).toEqual({ count: 2, sum: 51_000, min: 21_000, max: 30_000 });
    expect(stats.get('oServiceLevel')).toEqual({ ratio: 0, numerator: 0, denominator: 2, target: 0.8 });
    expect(stats.get('oWaiting')).toEqual({ count: 1 });
  });

  it('SIM-19 has an agent on queue from his first talk to his last', async () => {
    const set = await setReplay(
      csvOf(
        'A,10:00:00,10:00:10,answered,10:00:10,10:00:20,x',
        'B,10:00:30,10:00:30,answered,10:00:30,10:00:50,x',
        'B,10:01:00,10:01:10,abandoned,,,',
      ),
      1,
    );
    stage = set.stage;
    stage.simulator.startReplay();
    const users = () => stage?.simulator.truth().queues.map((queue) => queue.users.onQueue);
    const seen = [];
    for (const ms of [5_000, 10_000, 10_000, 10_000, 20_000]) {
      stage.clock.advance(ms);
      seen.push(users());
    }
    expect(seen).toEqual([
      [{}, {}],
      [{ INTERACTING: 1 }, { INTERACTING: 1 }],
      [{ IDLE: 1 }, { IDLE: 1 }],
      [{ INTERACTING: 1 }, { INTERACTING: 1 }],
      [{}, {}],
    ]);
  });

  it('SIM-20 keeps a queue’s id from run to run', async () => {
    const first = await setReplay(csvOf('Ärger & Co,10:00:00,10:01:40,abandoned,,,'), 1);
    const id = first.id('Ärger & Co');
    await first.stage.stop();
    const second = await setReplay(
      csvOf('Other,10:00:00,10:01:40,abandoned,,,', 'Ärger & Co,10:00:00,10:01:40,abandoned,,,'),
      1,
    );
    stage = second.stage;
    expect(second.id('Ärger & Co')).toBe(id);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
