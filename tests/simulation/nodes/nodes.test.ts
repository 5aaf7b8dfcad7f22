/**
 * Two collectors, two gateways and their screens on one Redis, each a process of its own, while one after the other is
 * taken away. After each fault has healed the world stands still, and every figure on every screen is what its books
 * say. Each fault comes `NODE_ROUNDS` times (once unless it is set), with `NODE_QUEUES` queues; the long run has 20
 * rounds and 2,000 queues.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type NodeOfSite, NodeSite } from './node-site';

const ROUNDS = Number(process.env.NODE_ROUNDS ?? 1);
const QUEUES = Number(process.env.NODE_QUEUES ?? 200);
const PAUSE_MS = Number(process.env.NODE_PAUSE_MS ?? 8_000);
const FREEZE_MS = 5_000;
const HEALED = { timeout: 60_000, interval: 500 };

const site = new NodeSite({ queues: QUEUES, screens: 100, boards: 10 });
/** The longest that a node's event loop was held up, by what happened then. */
const held = new Map<string, number>();
const healedIn = new Map<string, number[]>();

beforeAll(() => site.start(), 120_000);
afterAll(async () => {
  await site.stop();
  const longest = [...held].map(([fault, ms]) => `${fault}: loop ${Math.round(ms)} ms at most`);
  const healed = [...healedIn].map(
    ([fault, ms]) => `${fault}: healed in ${[...ms].sort((a, b) => a - b).join(' ')} ms`,
  );
  process.stdout.write(`${[...longest, ...healed].join('\n')}\n`);
}, 60_000);

const passes = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(await site.report());
});

async function healed(fault: string, since: number): Promise<void> {
  await expect.poll(() => site.stale(), HEALED).toBe(0);
  healedIn.set(fault, [...(healedIn.get(fault) ?? []), Math.round(performance.now() - since)]);
  await site.hold(true);
  try {
    await expect.poll(async () => (await site.differences()).slice(0, 10), HEALED).toEqual([]);
  } finally {
    await site.hold(false);
  }
  for (const node of site.nodes) await noteLoop(fault, node);
}

async function noteLoop(what: string, node: NodeOfSite): Promise<void> {
  const { maxMs } = await node.loop();
  held.set(what, Math.max(held.get(what) ?? 0, maxMs));
}

/** In the place of one that ended. */
async function startAgain(): Promise<void> {
  const node = await site.startNode('collector');
  const isReady = async () => (await fetch(`${node.url}/readyz`)).ok;
  await expect.poll(isReady, HEALED).toBe(true);
  await noteLoop('a collector starts', node);
}

describe('two collectors and two gateways', () => {
  it('CLUSTER-69 show on every screen what the books say', async () => {
    await expect.poll(() => site.compared() > 0 && site.stale() === 0, HEALED).toBe(true);
    await healed('started', performance.now());
    held.clear();
  }, 120_000);

  it(
    'CLUSTER-70 a collector is killed: its shards move, and no figure is wrong after it',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const leader = await site.leader();
        const since = performance.now();
        await site.endNode(leader, 'SIGKILL');
        await expect.poll(() => site.stale() > 0, HEALED).toBe(true);
        await healed('killed', since);
        await startAgain();
      }
    },
    ROUNDS * 90_000,
  );

  it(
    'CLUSTER-71 a collector is told to leave: nothing is stale anywhere, not for a moment',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const leader = await site.leader();
        let wasStale = 0;
        const watching = setInterval(() => {
          wasStale = Math.max(wasStale, site.stale());
        }, 100);
        const since = performance.now();
        await site.endNode(leader, 'SIGTERM');
        clearInterval(watching);
        expect(wasStale).toBe(0);
        await healed('told to leave', since);
        await startAgain();
      }
    },
    ROUNDS * 90_000,
  );

  it(
    'CLUSTER-72 a collector is paused and wakes: another has its shards, and it writes nothing',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const leader = await site.leader();
        const since = performance.now();
        leader.child.kill('SIGSTOP');
        await passes(PAUSE_MS);
        leader.child.kill('SIGCONT');
        // The pause itself is no work of the process: what counts begins with its first answer.
        await leader.loop();
        await healed('paused', since + PAUSE_MS);
      }
    },
    ROUNDS * (PAUSE_MS + 90_000),
  );

  it(
    'CLUSTER-73 Redis is stopped and started again: screens keep their picture, marked stale, and are right again',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await site.redis.kill();
        await expect.poll(() => site.stale() > 0, HEALED).toBe(true);
        const since = performance.now();
        await site.redis.restart();
        await healed('Redis stopped', since);
      }
    },
    ROUNDS * 90_000,
  );

  it(
    'CLUSTER-74 Redis is frozen for five seconds',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        site.redis.freeze();
        await passes(FREEZE_MS);
        const since = performance.now();
        site.redis.thaw();
        await healed('Redis frozen', since);
      }
    },
    ROUNDS * 90_000,
  );

  it(
    'CLUSTER-75 Redis is emptied: boards stay on the walls, and every figure is right',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const since = performance.now();
        await site.redis.ask('FLUSHALL');
        await passes(2_000);
        await healed('Redis emptied', since);
      }
    },
    ROUNDS * 90_000,
  );

  it(
    'CLUSTER-76 Redis is restarted at once',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const since = performance.now();
        await site.redis.kill();
        await site.redis.restart();
        await passes(1_000);
        await healed('Redis restarted', since);
      }
    },
    ROUNDS * 90_000,
  );
});
