/** What nodes ask each other, over a bus that loses what the test wants. */
import { describe, expect, it } from 'vitest';
import type { NodeMethod, ServeMore } from '../../../server/cluster/node-answering';
import { createNodeCalls, type NodeCalls } from '../../../server/cluster/node-calls';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { FakeClock } from '../../support/fake-clock';
import { MemoryBus } from '../../support/memory-bus';

const LIMITS = { timeoutMs: 5_000 };

function stand() {
  const bus = new MemoryBus();
  const clock = new FakeClock();
  let ids = 0;
  const node = (nodeId: string): NodeCalls =>
    createNodeCalls({ bus: bus.seat(), nodeId, clock, log: silentLog, newId: () => `id-${++ids}` });
  /** Time goes by in steps, and each step's messages arrive. */
  async function wait(ms: number, stepMs = 250): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(stepMs, left));
      await bus.settle();
    }
  }
  /** The answer, however long it takes. */
  async function answered<T>(call: Promise<T>): Promise<T> {
    await bus.settle();
    await wait(10_000);
    return call;
  }
  return { bus, clock, node, wait, answered };
}

const methods: Readonly<Record<string, NodeMethod>> = {
  double: async (args) => Number(args) * 2,
  large: async (args) => 'ä'.repeat(Number(args)),
  fails: async () => Promise.reject(new Error('The disk is full.')),
  never: () => new Promise(() => {}),
  circle: async () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    return circle;
  },
};

describe('a call to the owner of a duty', () => {
  it('CLUSTER-102 is answered once by whoever has the duty, also with many pieces', async () => {
    const { node, answered } = stand();
    node('owner').serve('alerts', methods);
    const asking = node('asking');
    expect(await answered(asking.call('alerts', 'double', 21, LIMITS))).toEqual({ ok: true, value: 42 });
    const large = await answered(asking.call('alerts', 'large', 7_000_000, LIMITS));
    expect(large.ok && (large.value as string).length).toBe(7_000_000);
  });

  it.each([
    ['fails', undefined, 'failed', 'The disk is full.'],
    ['circle', undefined, 'tooLarge', 'The answer is too large for another node.'],
    ['large', 9_000_000, 'tooLarge', 'The answer is too large for another node.'],
    ['toString', undefined, 'failed', 'The node that has this duty does not know this question.'],
    ['__proto__', undefined, 'failed', 'The node that has this duty does not know this question.'],
    ['never', undefined, 'late', 'The node that has this duty did not answer in time.'],
  ])('CLUSTER-103 never rejects: %s(%s) is %s', async (method, args, kind, message) => {
    const { node, answered, clock } = stand();
    const [owner, asking] = [node('owner'), node('asking')];
    owner.serve('alerts', methods);
    const answer = await answered(asking.call('alerts', method, args, LIMITS));
    expect(answer).toEqual({ ok: false, error: { kind, message } });
    for (const one of [owner, asking]) one.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('CLUSTER-103 without an owner, with one that lost its duty, and without Redis, nobody waits for its end', async () => {
    const { bus, node, wait } = stand();
    const asking = node('asking');
    let answer: unknown = null;
    const ask = () => void asking.call('alerts', 'double', 1, LIMITS).then((result) => (answer = result));
    const nobody = { ok: false, error: { kind: 'noOwner', message: 'No node that has this duty answers.' } };
    ask();
    await wait(2_000);
    expect(answer).toEqual(nobody);
    const done: number[] = [];
    const paused = async (args: unknown) => done.push(Number(args));
    const unserve = node('paused').serve('alerts', { double: paused }, { isOwner: () => false });
    ask();
    await wait(2_000);
    expect([answer, done]).toEqual([nobody, []]);
    unserve();
    node('next').serve('alerts', methods);
    ask();
    await wait(500);
    expect(answer).toEqual({ ok: true, value: 2 });
    bus.isDown = true;
    ask();
    await bus.settle();
    expect(answer).toMatchObject({ ok: false, error: { kind: 'noOwner' } });
  });

  it('CLUSTER-104 open calls are bounded on both sides, and room comes back', async () => {
    const { node, answered, bus } = stand();
    const end: (() => void)[] = [];
    node('owner').serve('alerts', { slow: () => new Promise((resolve) => end.push(() => resolve(1))) });
    const asking = [node('a'), node('b')];
    const calls = asking.flatMap((one) =>
      Array.from({ length: 501 }, () => one.call('alerts', 'slow', null, LIMITS)),
    );
    await bus.settle();
    expect(end.length).toBe(500);
    for (const one of end) one();
    const kinds = (await answered(Promise.all(calls))).map((one) => (one.ok ? 'ok' : one.error.kind));
    expect(kinds.filter((kind) => kind === 'ok').length).toBe(500);
    expect(kinds.filter((kind) => kind === 'failed').length).toBe(502);
    const later = asking[0]?.call('alerts', 'slow', null, LIMITS);
    await bus.settle();
    end.at(-1)?.();
    await bus.settle();
    expect(await later).toEqual({ ok: true, value: 1 });
  });

  it('CLUSTER-105 what cannot be read on a channel harms nobody', async () => {
    const { bus, node, answered } = stand();
    node('owner').serve('alerts', methods);
    const asking = node('asking');
    const random = seededRandom(7);
    const texts = [
      '',
      '~',
      '~a/9/2~x',
      '~a/0/99~x',
      '{}',
      'null',
      '{"kind":"call"}',
      '{"kind":"told","id":1}',
    ];
    const channels = ['asked:alerts', 'node:asking', 'nodes'].map((name) => `{floorcast}:${name}`);
    const stranger = bus.seat();
    for (let time = 0; time < 500; time += 1) {
      const text = texts[Math.floor(random() * texts.length)] ?? '';
      stranger.publish(channels[time % 3] ?? '', text + (random() < 0.3 ? String(random()) : ''));
    }
    expect(await answered(asking.call('alerts', 'double', 4, LIMITS))).toEqual({ ok: true, value: 8 });
  });
});

/** An owner whose watchers get its number, and each one that follows. */
function counter() {
  const tellers = new Set<(value: unknown) => void>();
  let value = 0;
  return {
    more: {
      streams: {
        numbers: (_, tell) => {
          tellers.add(tell);
          tell(value);
          return () => void tellers.delete(tell);
        },
      },
    } satisfies ServeMore,
    tell(next: number) {
      value = next;
      for (const tell of tellers) tell(next);
    },
    tellers,
  };
}

describe('a watch', () => {
  it('CLUSTER-106 gets what is so and what follows, until it ends or falls silent', async () => {
    const { bus, node, wait } = stand();
    const [owner, asking] = [node('owner'), node('asking')];
    const numbers = counter();
    const heard: unknown[] = [];
    const stop = asking.watch(
      'alerts',
      'numbers',
      null,
      (value, isFirst) => void heard.push([value, isFirst]),
    );
    await wait(20_000);
    owner.serve('alerts', {}, numbers.more);
    await bus.settle();
    for (const next of [1, 2]) numbers.tell(next);
    await wait(20_000);
    expect(heard).toEqual([
      [0, true],
      [1, false],
      [2, false],
    ]);
    stop();
    await bus.settle();
    expect(numbers.tellers.size).toBe(0);
    asking.watch('alerts', 'numbers', null, () => {});
    await bus.settle();
    expect(numbers.tellers.size).toBe(1);
    bus.loses = (channel) => channel.includes('asked');
    await wait(12_000);
    expect(numbers.tellers.size).toBe(0);
  });

  it('CLUSTER-107 goes over to the next owner at once, and an older one that talks on is not heard', async () => {
    const { bus, node, wait } = stand();
    const [first, second, asking] = [node('first'), node('second'), node('asking')];
    const [old, next] = [counter(), counter()];
    const heard: unknown[] = [];
    first.serve('alerts', {}, old.more);
    await bus.settle();
    asking.watch('alerts', 'numbers', null, (value) => void heard.push(value));
    await bus.settle();
    next.tell(100);
    second.serve('alerts', {}, next.more);
    await bus.settle();
    for (let time = 1; time <= 40; time += 1) {
      old.tell(time);
      next.tell(100 + time);
      await wait(500);
    }
    expect(heard).toEqual([0, ...Array.from({ length: 41 }, (_, index) => 100 + index)]);
  });

  it('CLUSTER-107 with an owner that loses its duty without a word it waits for the next', async () => {
    const { bus, node, wait } = stand();
    const [first, second, asking] = [node('first'), node('second'), node('asking')];
    const [old, next] = [counter(), counter()];
    const heard: unknown[] = [];
    let isOwner = true;
    first.serve('alerts', {}, { ...old.more, isOwner: () => isOwner });
    asking.watch('alerts', 'numbers', null, (value) => void heard.push(value));
    await bus.settle();
    isOwner = false;
    old.tell(1);
    next.tell(7);
    bus.loses = () => true;
    second.serve('alerts', {}, next.more);
    await wait(1_500);
    bus.loses = () => false;
    await wait(3_500);
    expect(heard).toEqual([0, 7]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'CLUSTER-108 however much is lost (seed %i), what it gets has no gap, and in the end is what is so',
    async (seed) => {
      const { bus, node, wait } = stand();
      const random = seededRandom(seed);
      const [owner, asking] = [node('owner'), node('asking')];
      const numbers = counter();
      const heard: number[] = [];
      asking.watch('alerts', 'numbers', null, (value, isFirst) => {
        if (!isFirst) expect(value).toBe((heard.at(-1) ?? Number.NaN) + 1);
        heard.push(value as number);
      });
      let unserve = owner.serve('alerts', {}, numbers.more);
      bus.loses = () => random() < 0.3;
      for (let time = 1; time <= 200; time += 1) {
        numbers.tell(time);
        await wait(random() * 600, 300);
        if (random() < 0.03) {
          unserve();
          unserve = owner.serve('alerts', {}, numbers.more);
        }
      }
      bus.loses = () => false;
      await wait(12_000);
      expect(heard.at(-1)).toBe(200);
      expect(heard.length).toBeGreaterThan(10);
    },
  );
});
