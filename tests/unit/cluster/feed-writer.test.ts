import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueId } from '../../../lib/ids';
import { err, ok, type Result } from '../../../lib/result';
import type { Duty } from '../../../server/cluster/duties';
import { FeedWriter, piecesOf } from '../../../server/cluster/feed-writer';
import type { FeedFailure, FeedPiece, RedisFeed } from '../../../server/cluster/redis-feed';
import { FakeClock } from '../../support/fake-clock';

const S: Duty = 'shard:0';
const T: Duty = 'shard:1';
const MOST = 30_000;
const event = (n: number) => ({
  ...{ kind: 'gaugesObserved' as const, queueId: queueId('q'), mediaType: null },
  ...{ observedAt: n, origin: 'live' as const, metrics: [] },
});
const item = (n: number) => ({ kind: 'events' as const, to: '', event: event(n) });
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function stand() {
  const clock = new FakeClock();
  const held = new Map<Duty, number>([
    [S, 1],
    [T, 1],
  ]);
  const done: string[] = [];
  const calls: { readonly duty: Duty; readonly pieces: readonly FeedPiece[] }[] = [];
  let answer: (duty: Duty) => Promise<Result<null, FeedFailure>> = async () => ok(null);
  let beats = true;
  const numbers = (pieces: readonly FeedPiece[]) =>
    pieces.flatMap<number | string>(({ kind, body }) =>
      kind === 'events'
        ? (JSON.parse(body) as { observedAt: number }[]).map((one) => one.observedAt)
        : [kind],
    );
  const feed: RedisFeed = {
    async append({ duty, fence }, pieces) {
      calls.push({ duty, pieces });
      const said = await answer(duty);
      if (said.ok) done.push(`${duty}/${fence}: ${numbers(pieces).join(' ')}`);
      return said;
    },
    async beat(_node, feeds, status) {
      if (beats) done.push(`beat ${status} ${feeds.map(([duty]) => duty).join()}`);
      return beats;
    },
    ask: async () => true,
    end: async () => ok('0-0'),
  };
  const fenced: Duty[] = [];
  const writer: FeedWriter = new FeedWriter({
    ...{ feed, nodeId: 'a', clock, defer: (run) => void queueMicrotask(run) },
    ...{ held: () => held, fenceOf: (duty) => held.get(duty) ?? null },
    tellWhole: (duty) => writer.push(duty, { kind: 'whole', to: '', body: '{"live":[]}' }),
    onFenced: (duty) => void fenced.push(duty),
  });
  return {
    ...{ clock, held, done, calls, writer, fenced },
    answers(now: typeof answer) {
      answer = now;
    },
    beating(now: boolean) {
      beats = now;
    },
    async pass(ms: number) {
      await settle();
      await clock.advanceAsync(ms, 5);
      await settle();
    },
  };
}

describe('what a node writes', () => {
  it('CLUSTER-26 goes out at once, then at a pace, in order, a round trip a duty', async () => {
    const { writer, pass, done, calls } = stand();
    writer.push(S, item(1));
    writer.push(S, item(2));
    writer.push(T, item(3));
    await settle();
    expect(done).toEqual(['shard:0/1: 1 2', 'shard:1/1: 3']);
    writer.push(S, item(4));
    await settle();
    expect(calls).toHaveLength(2);
    writer.push(S, item(5));
    await pass(8);
    expect(calls).toHaveLength(2);
    await pass(1);
    expect(done.slice(2)).toEqual(['shard:0/1: 4 5']);
    expect([writer.waiting, writer.entries]).toEqual([0, 3]);
  });

  it('CLUSTER-26 in entries of a bounded size, none of which mixes kinds or whom it is for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ n: fc.nat(9), to: fc.constantFrom('', 'b'), size: fc.nat(30_000) }), {
          maxLength: 12,
        }),
        (given) => {
          const items = given.map(({ n, to, size }) => ({
            ...{ kind: 'state' as const, to },
            event: { ...event(n), mediaType: 'x'.repeat(size) },
          }));
          const pieces = piecesOf(items);
          const read = pieces.flatMap(({ to, body }) =>
            (JSON.parse(body) as { observedAt: number }[]).map((one) => ({ n: one.observedAt, to })),
          );
          expect(read).toEqual(given.map(({ n, to }) => ({ n, to })));
          for (const { body } of pieces) expect(body.length).toBeLessThan(64_000 + 100);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('CLUSTER-27 is kept while Redis is away, and written again in front of what came meanwhile', async () => {
    const { writer, pass, done, answers } = stand();
    answers(async () => err('away'));
    writer.push(S, item(1));
    await settle();
    writer.push(S, item(2));
    await pass(200);
    expect(done).toEqual([]);
    answers(async () => ok(null));
    await pass(250);
    expect(done).toEqual(['shard:0/1: 1 2']);
    expect(writer.waiting).toBe(0);
  });

  it('CLUSTER-27 holds up no other duty', async () => {
    const { writer, pass, done, answers } = stand();
    answers(async (duty) => (duty === S ? err('away') : ok(null)));
    writer.push(S, item(1));
    writer.push(T, item(2));
    await pass(5);
    expect(done).toEqual(['shard:1/1: 2']);
    expect(writer.waiting).toBe(1);
  });

  it('CLUSTER-28 is dropped where another node owns the duty, and the table is looked at', async () => {
    const { writer, pass, done, answers, fenced } = stand();
    answers(async () => err('fenced'));
    writer.push(S, item(1));
    await pass(300);
    expect([done, fenced, writer.waiting]).toEqual([[], [S], 0]);
  });

  it('CLUSTER-28 is dropped under a fence that is not held any more, and not taken without one', async () => {
    const { writer, pass, done, answers, held } = stand();
    answers(async () => err('away'));
    writer.push(S, item(1));
    await settle();
    held.set(S, 2);
    writer.push(S, item(2));
    held.delete(T);
    writer.push(T, item(9));
    answers(async () => ok(null));
    await pass(300);
    expect(done).toEqual(['shard:0/2: 2']);
  });

  it('CLUSTER-29 a beat comes after all that was told before it, also what is kept', async () => {
    const { writer, pass, done, answers } = stand();
    answers(async () => err('away'));
    writer.push(S, item(1));
    writer.beat('"one"');
    await pass(100);
    writer.beat('"two"');
    answers(async () => ok(null));
    await pass(300);
    expect(done).toEqual(['shard:0/1: 1', 'beat "two" shard:0,shard:1']);
  });

  it('CLUSTER-29 a beat does not wait for what comes after it', async () => {
    const { writer, done, answers, pass } = stand();
    let n = 0;
    answers(async () => {
      // While each entry is on its way the next event comes.
      n += 1;
      if (n <= 50) writer.push(S, item(n));
      return ok(null);
    });
    writer.push(S, item(0));
    writer.beat('1');
    await pass(50);
    expect(done.slice(0, 2)).toEqual(['shard:0/1: 0', 'beat 1 shard:0,shard:1']);
  });

  it('CLUSTER-29 a duty that has more to tell than fits a turn tells all of it, before the beat', async () => {
    const { writer, done, pass } = stand();
    for (let n = 0; n < 4_000; n += 1) writer.push(S, item(n));
    writer.beat('1');
    await pass(100);
    expect(done.length).toBe(4);
    expect(done.slice(0, 3).flatMap((line) => line.split(' ').slice(1).map(Number))).toEqual(
      Array.from({ length: 4_000 }, (_, at) => at),
    );
    expect(done.at(-1)).toBe('beat 1 shard:0,shard:1');
  });

  it('CLUSTER-29 states of queues count for more, and who tells many of them holds up nobody else', async () => {
    const { writer, calls, pass } = stand();
    const states = (count: number) => {
      for (let n = 0; n < count; n += 1) writer.push(S, { ...item(n), kind: 'state' });
    };
    states(500);
    writer.push(T, item(1));
    await pass(100);
    const told = (pieces: readonly FeedPiece[]) =>
      pieces.reduce((sum, { body }) => sum + (JSON.parse(body) as readonly unknown[]).length, 0);
    expect(calls.map(({ duty, pieces }) => `${duty} ${told(pieces)}`)).toEqual([
      ...['shard:0 100', 'shard:1 1', 'shard:0 100', 'shard:0 100', 'shard:0 100', 'shard:0 100'],
    ]);
  });

  it('CLUSTER-30 who had no room is told as a whole, also where nothing of him waited', async () => {
    const { writer, pass, done, answers } = stand();
    answers(async () => err('away'));
    for (let n = 0; n < MOST; n += 1) writer.push(S, item(n));
    writer.push(T, item(-1));
    await pass(20);
    answers(async () => ok(null));
    await pass(600);
    expect(done).toEqual(['shard:0/1: whole', 'shard:1/1: whole']);
  });

  it('CLUSTER-29 a beat that was not taken is said again', async () => {
    const { writer, pass, done, beating } = stand();
    beating(false);
    writer.beat('1');
    await pass(20);
    beating(true);
    await pass(250);
    expect(done).toEqual(['beat 1 shard:0,shard:1']);
  });

  it('CLUSTER-30 beyond what is kept all is forgotten, and each duty told as a whole before the next beat', async () => {
    const { writer, pass, done, answers } = stand();
    answers(async () => err('away'));
    for (let n = 0; n <= MOST; n += 1) writer.push(n % 2 === 0 ? S : T, item(n));
    writer.push(S, item(-1));
    writer.beat('1');
    expect([writer.waiting, writer.overflows]).toEqual([0, 1]);
    await pass(20);
    answers(async () => ok(null));
    await pass(600);
    expect(done).toEqual(['shard:0/1: whole', 'shard:1/1: whole', 'beat 1 shard:0,shard:1']);
    writer.push(S, item(1));
    await pass(10);
    expect(done.at(-1)).toBe('shard:0/1: 1');
  });

  it('CLUSTER-30 what was under way when there was no room any more is not written again', async () => {
    const { writer, pass, done, answers } = stand();
    let end: (value: Result<null, FeedFailure>) => void = () => {};
    answers(() => new Promise((resolve) => (end = resolve)));
    writer.push(S, item(0));
    await settle();
    for (let n = 1; n <= MOST; n += 1) writer.push(S, item(n));
    answers(async () => ok(null));
    end(err('away'));
    await pass(600);
    expect(done).toEqual(['shard:0/1: whole']);
    expect(writer.waiting).toBe(0);
  });

  it('CLUSTER-31 who stops writes what is there once, also what came during a write, and leaves nothing open', async () => {
    const { writer, done, answers, clock } = stand();
    let end = () => {};
    answers(() => new Promise((resolve) => (end = () => resolve(ok(null)))));
    writer.push(S, item(1));
    await settle();
    writer.push(S, item(2));
    answers(async () => ok(null));
    const stopped = writer.stop();
    end();
    await stopped;
    expect(done).toEqual(['shard:0/1: 1', 'shard:0/1: 2']);
    writer.push(S, item(3));
    expect([clock.pendingCount, writer.waiting]).toEqual([0, 0]);
  });

  it('CLUSTER-31 who stops while Redis is away does not wait for it', async () => {
    const { writer, done, answers, clock } = stand();
    answers(async () => err('away'));
    writer.push(S, item(1));
    await writer.stop();
    expect([done, clock.pendingCount]).toEqual([[], 0]);
  });
});

it('CLUSTER-26 whatever fails on the way, each duty is read in order and nothing of it is missing', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ duty: fc.constantFrom(S, T), ms: fc.nat(300), isAway: fc.boolean() }), {
        maxLength: 25,
      }),
      async (steps) => {
        const { writer, pass, calls, answers, done } = stand();
        const pushed = new Map<Duty, number[]>([
          [S, []],
          [T, []],
        ]);
        for (const [n, { duty, ms, isAway }] of steps.entries()) {
          answers(async () => (isAway ? err('away') : ok(null)));
          writer.push(duty, item(n));
          pushed.get(duty)?.push(n);
          await pass(ms);
        }
        answers(async () => ok(null));
        await pass(300);
        for (const [duty, numbers] of pushed) {
          const read = done.flatMap((line) =>
            line.startsWith(`${duty}/`)
              ? line
                  .slice(line.indexOf(': ') + 2)
                  .split(' ')
                  .map(Number)
              : [],
          );
          expect(read).toEqual(numbers);
        }
        expect(calls.length).toBeLessThanOrEqual(steps.length * 8 + 8);
      },
    ),
    { numRuns: 40 },
  ));
