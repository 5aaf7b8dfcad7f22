import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tellTruth } from '../../../server/simulator/truth';
import { createBooks } from '../../../server/simulator/world/books';
import type { CallRecord } from '../../../server/simulator/world/call-records';
import { MEDIA_TYPES } from '../../../server/simulator/world/catalogue';
import { createReplay, replayQueues } from '../../../server/simulator/world/replay';

const QUARTER = 900_000;
const START = Date.UTC(2026, 10, 20, 9, 0, 0);
const TARGET = 20_000;

const records = fc
  .array(
    fc.record({
      queue: fc.constantFrom('A', 'B', 'C'),
      mediaType: fc.constantFrom(...MEDIA_TYPES),
      offeredMs: fc.integer({ min: 0, max: 7_200_000 }),
      waitMs: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.constantFrom(0, 5_000, 20_000, 20_001)),
      agent: fc.option(fc.constantFrom('x', 'y')),
      talkMs: fc.option(fc.integer({ min: 0, max: 900_000 })),
      earlyMs: fc.constantFrom(0, 1_000),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((drafts) => drafts.map(toRecord).sort((a, b) => a.offeredMs - b.offeredMs));

function toRecord(draft: {
  queue: string;
  mediaType: CallRecord['mediaType'];
  offeredMs: number;
  waitMs: number;
  agent: string | null;
  talkMs: number | null;
  earlyMs: number;
}): CallRecord {
  const leftQueueMs = draft.offeredMs + draft.waitMs;
  const startMs = Math.max(draft.offeredMs, leftQueueMs - draft.earlyMs);
  const talk = draft.talkMs === null ? null : { startMs, endMs: startMs + draft.talkMs };
  const { queue, mediaType, offeredMs, agent } = draft;
  return { call: '', queue, mediaType, offeredMs, leftQueueMs, agent: talk === null ? null : agent, talk };
}

function play(all: readonly CallRecord[], fileMs: number, stepMs: number) {
  const shape = { records: all, speed: 1, serviceLevelTargetMs: TARGET, serviceLevelPercentage: 0.8 };
  const queues = replayQueues(shape);
  const books = createBooks(queues.length, QUARTER);
  const world = createReplay(queues, { ...shape, books });
  world.start(START);
  const fileStartMs = all[0]?.offeredMs ?? 0;
  const now = START + fileMs - fileStartMs;
  for (let at = START; at < now; at += stepMs) world.advanceTo(at);
  world.advanceTo(now);
  const replay = world.replay(now);
  const sources = { queues, books, timeZone: 'UTC', now, worldTime: now, replay, devices: null };
  return {
    truth: tellTruth(sources, { since: 0 }),
    books,
    queues,
    toReal: (ms: number) => START + ms - fileStartMs,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe('the books', () => {
  it('SIM-17 equal a recount of the calls at any moment, however the world was stepped there', () => {
    fc.assert(
      fc.property(
        records,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 20_000, max: 3_000_000 }),
        (all, share, stepMs) => {
          const first = all[0]?.offeredMs ?? 0;
          const last = Math.max(...all.map((call) => call.talk?.endMs ?? call.leftQueueMs));
          const t = Math.floor(first + share * (last + 1_000 - first));
          const { truth, toReal } = play(all, t, stepMs);
          for (const queue of truth.queues) {
            for (const [mediaType, figures] of queue.media.map((one) => [one.mediaType, one] as const)) {
              const calls = all.filter((call) => call.queue === queue.name && call.mediaType === mediaType);
              const offered = calls.filter((call) => call.offeredMs <= t);
              const waiting = calls.filter((call) => call.offeredMs <= t && t < call.leftQueueMs);
              const left = calls.filter((call) => call.leftQueueMs <= t);
              const answered = left.filter((call) => call.talk !== null);
              const abandoned = left.filter((call) => call.talk === null);
              const talked = calls.flatMap((call) =>
                call.talk !== null && call.talk.endMs <= t ? [call.talk] : [],
              );
              const wait = (call: CallRecord) => call.leftQueueMs - call.offeredMs;
              expect(figures.now).toEqual({
                waiting: waiting.length,
                alerting: 0,
                interacting: calls.filter(
                  (call) => call.talk !== null && call.talk.startMs <= t && t < call.talk.endMs,
                ).length,
                longestWaitSince:
                  waiting.length === 0 ? null : toReal(Math.min(...waiting.map((call) => call.offeredMs))),
              });
              expect(figures.today).toMatchObject({
                offered: offered.length,
                answered: answered.length,
                abandoned: abandoned.length,
                shortAbandoned: abandoned.filter((call) => wait(call) <= 5_000).length,
                tAnswered: {
                  count: answered.length,
                  sum: sum(answered.map(wait)),
                  max: Math.max(0, ...answered.map(wait)),
                },
                tAbandon: { count: abandoned.length, sum: sum(abandoned.map(wait)) },
                tWait: { count: left.length, sum: sum(left.map(wait)), max: Math.max(0, ...left.map(wait)) },
                tHandle: { count: talked.length, sum: sum(talked.map((talk) => talk.endMs - talk.startMs)) },
                serviceLevel: {
                  numerator: answered.filter((call) => wait(call) <= TARGET).length,
                  denominator: left.length,
                },
              });
            }
          }
          const counted = sum(truth.queues.flatMap((queue) => queue.media.map((one) => one.today.offered)));
          expect(counted).toBe(all.filter((call) => call.offeredMs <= t).length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('SIM-17 put every call into the quarter hour in which it happened', () => {
    fc.assert(
      fc.property(records, (all) => {
        const { books, queues, toReal } = play(all, 20_000_000, 60_000);
        for (const queue of queues) {
          for (const [media, mediaType] of MEDIA_TYPES.entries()) {
            for (let from = START; from < START + 3 * 3_600_000; from += QUARTER) {
              const row = books.interval(queue.index, media, from, from + QUARTER);
              const calls = all.filter((call) => call.queue === queue.name && call.mediaType === mediaType);
              const inIt = calls.filter(
                (call) => toReal(call.offeredMs) >= from && toReal(call.offeredMs) < from + QUARTER,
              );
              expect(row?.[0] ?? 0).toBe(inIt.length);
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('SIM-17 end with every agent gone and nobody waiting', () => {
    fc.assert(
      fc.property(records, (all) => {
        const { truth } = play(all, 20_000_000, 500_000);
        for (const queue of truth.queues) {
          expect(queue.users).toEqual({ onQueue: {}, offQueue: {} });
          for (const { now } of queue.media)
            expect(now).toEqual({ waiting: 0, alerting: 0, interacting: 0, longestWaitSince: null });
        }
      }),
      { numRuns: 50 },
    );
  });

  it('forget rows that ended before a moment, and nothing else', () => {
    const books = createBooks(1, QUARTER);
    books.offered({ id: 1, queue: 0, media: 0 }, START);
    books.offered({ id: 2, queue: 0, media: 0 }, START + QUARTER);
    books.forgetBefore(START + QUARTER);
    expect(books.interval(0, 0, START, START + QUARTER)).toBeNull();
    expect(books.interval(0, 0, START, START + 2 * QUARTER)?.[0]).toBe(1);
    expect(books.gauges(0, 0).waiting).toBe(2);
  });
});
