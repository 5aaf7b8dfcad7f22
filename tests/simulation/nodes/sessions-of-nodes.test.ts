/**
 * Diagnostic sessions of several nodes, with real processes, a real Redis and an appliance on a real socket: what is asked
 * at a gateway is run by the node that has the duty, through its deaths and its pauses. `ROUNDS` of the environment makes
 * more of them than the usual two.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { DiagnosticSession } from '../../../lib/contracts/diagnostics';
import { readLine } from '../../../server/audit/audit-chain';
import { verifyStore } from '../../../server/audit/verify-audit';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { openRedisLink } from '../../../server/redis/redis-link';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { TestAppliance } from '../../integration/devices/sessions/test-appliance';
import { watchBySocket, watchByStream } from '../../support/live-views';
import { buildNodes, TestNode } from '../../support/nodes';
import { OutsideStand } from '../../support/outside-stand';
import { startRedis, type TestRedis } from '../../support/redis';
import { RedisValve } from '../../support/redis-valve';

const ROUNDS = Number(process.env.ROUNDS ?? 2);
const SOON = { timeout: 30_000, interval: 50 };
const OPEN_STATES = ['queued', 'sent', 'received', 'running'];
const SESSION = { interactionId: 'interaction-1', customerId: 'customer-1', deviceId: 'device-1' };

let nodes: Awaited<ReturnType<typeof buildNodes>>;
let running: TestNode[] = [];
const open: (() => unknown)[] = [];
beforeAll(async () => {
  nodes = await buildNodes();
});
afterAll(() => nodes.remove());
afterEach(async () => {
  await Promise.all(running.map((node) => node.kill()));
  running = [];
  for (const close of open.splice(0).reverse()) await close();
});

interface Site {
  readonly redis: TestRedis;
  readonly appliance: TestAppliance;
  node(name: string, role: string, redisUrl?: string): Promise<TestNode>;
}

async function openSite(mostStepMs?: number): Promise<Site> {
  const redis = await startRedis({ isKept: true });
  open.push(() => redis.stop());
  const outside = await OutsideStand.start();
  open.push(() => outside.stop());
  const appliance = await TestAppliance.start(seededRandom(1), mostStepMs);
  open.push(() => appliance.stop());
  const devices = {
    ...{ CUSTOMER_API_URL: outside.url, DEVICE_LINK_URL: appliance.url },
    ...{
      DEVICE_TOKEN_URL: `${outside.url}/token`,
      DEVICE_CLIENT_ID: 'one',
      DEVICE_CLIENT_SECRET: 'secret-of-one',
    },
  };
  return {
    ...{ redis, appliance },
    async node(name, role, redisUrl = redis.url) {
      const settings = { FLOORCAST_ROLE: role, REDIS_URL: redisUrl, ...devices };
      const started = await TestNode.start(nodes.folder, `${name}-${running.length}`, settings);
      running.push(started);
      return started;
    },
  };
}

const sessionAt = async (node: TestNode) =>
  (await node.get<{ session: DiagnosticSession }>(`/v1/diagnostics/${SESSION.interactionId}`)).session;

/** Asked until somebody has the duty; whoever asks again with the same id begins nothing twice. */
async function begin(at: TestNode): Promise<void> {
  const wish = { ...SESSION, requestId: 'the-session' };
  await expect
    .poll(
      () =>
        at.post('/v1/diagnostics/initiate', wish).then(
          () => true,
          () => false,
        ),
      SOON,
    )
    .toBe(true);
}

async function ask(at: TestNode, command: string, requestId: string): Promise<void> {
  await at.post('/v1/diagnostics/execute', { interactionId: SESSION.interactionId, command, requestId });
}

async function allEnded(at: TestNode): Promise<DiagnosticSession> {
  let session: DiagnosticSession | null = null;
  await expect
    .poll(async () => {
      session = await sessionAt(at).catch(() => null);
      return session?.commands.every(({ state }) => !OPEN_STATES.includes(state));
    }, SOON)
    .toBe(true);
  if (session === null) throw new Error('there is no session');
  return session;
}

/** What the audit log of the site holds, after its chain was verified. */
async function audited(redis: TestRedis) {
  const address = parseRedisAddress(redis.url);
  if (!address.ok) throw new Error(address.error);
  const link = openRedisLink({
    ...{ address: address.value, ca: null, clock: systemClock, random: Math.random, log: silentLog },
  });
  try {
    await expect.poll(() => link.status().state, SOON).toBe('live');
    const { audit } = openRedisStore(link);
    expect(await verifyStore(audit, null)).toMatchObject({ ok: true });
    const entries = (await audit.readForward(0, 100_000)).flatMap(({ line }) => {
      const entry = readLine(line);
      return entry.ok ? [entry.value] : [];
    });
    const subjectsOf = (action: string) =>
      entries.filter((entry) => entry.action === action).map(({ subject }) => subject);
    return { asked: subjectsOf('command.asked'), ended: subjectsOf('command.ended') };
  } finally {
    link.stop();
  }
}

/** Each command that was asked has one end, and none that harms went out twice. */
async function checkEnds({ redis, appliance }: Site): Promise<void> {
  await expect
    .poll(async () => {
      const { asked, ended } = await audited(redis);
      return asked.filter((subject) => !ended.includes(subject));
    }, SOON)
    .toEqual([]);
  const { ended } = await audited(redis);
  expect(ended.length).toBe(new Set(ended).size);
  const reboots = appliance.sent.filter(({ command }) => command === 'reboot_module').map(({ id }) => id);
  expect(reboots.length).toBe(new Set(reboots).size);
  expect(appliance.wrongs).toEqual([]);
}

it('CLUSTER-134 a node paused between storing a command and sending it sends nothing when it wakes', async () => {
  const site = await openSite();
  const valve = await RedisValve.start(site.redis.port);
  open.push(() => valve.stop());
  const paused = await site.node('paused', 'collector', valve.url);
  const gateway = await site.node('gateway', 'gateway');
  await begin(gateway);
  await expect.poll(() => sessionAt(gateway).then(({ state }) => state), SOON).not.toBe('INITIATED');
  const before = site.appliance.sent.length;
  // It is on the disk as sent, and its owner does not hear of it.
  valve.shutAt('"state":"sent"');
  const asked = ask(gateway, 'reboot_module', 'the-reboot').catch(() => {});
  await expect.poll(() => valve.isShut, SOON).toBe(true);
  await expect.poll(() => stored(site.redis), SOON).toContainEqual(expect.stringContaining('"state":"sent"'));
  paused.pause();
  valve.open();
  expect(site.appliance.sent.length).toBe(before);
  const next = await site.node('next', 'collector');
  const session = await allEnded(next);
  expect(session.commands.map(({ state }) => state)).toEqual(['failed']);
  paused.wake();
  await expect.poll(() => paused.log.some((line) => line.includes('a duty is not ours')), SOON).toBe(true);
  await asked;
  await ask(gateway, 'ping_latency', 'the-ping-after');
  await allEnded(gateway);
  expect(site.appliance.belated).toEqual([]);
  expect(site.appliance.sent.slice(before).map(({ command }) => command)).toEqual(['ping_latency']);
  await checkEnds(site);
}, 120_000);

it(
  `CLUSTER-134 CLUSTER-135 ${ROUNDS} deaths and pauses of the owner in mid-command: each command has one end, and none ran twice`,
  async () => {
    const site = await openSite(300);
    const gateway = await site.node('gateway', 'gateway');
    const collectors = [await site.node('one', 'collector'), await site.node('two', 'collector')];
    await begin(gateway);
    const views = [watchByStream, watchBySocket].map((watch) => watch(gateway.url, SESSION.interactionId));
    open.push(() => views.map((view) => view.close()));
    let asked = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const owner = collectors.find((node) => node.saysItHas('sessions') && node.isAlive);
      if (owner === undefined) throw new Error('nobody has the sessions');
      await expect.poll(() => sessionAt(gateway).then(({ state }) => state), SOON).not.toBe('INITIATED');
      const sentBefore = site.appliance.sent.length;
      for (const command of ['ping_latency', 'reboot_module', 'firmware_version']) {
        asked += 1;
        await ask(gateway, command, `wish-number-${asked}`);
      }
      // In the middle of the first, of the second, of the third.
      await expect
        .poll(() => site.appliance.sent.length, { timeout: 30_000, interval: 5 })
        .toBeGreaterThan(sentBefore + ((round + 1) % 3));
      const isKilled = round % 2 === 0;
      if (isKilled) await owner.kill();
      else owner.pause();
      const { commands } = await allEnded(gateway);
      expect(commands).toHaveLength(asked);
      // The same wish again runs nothing twice.
      await ask(gateway, 'firmware_version', `wish-number-${asked}`);
      expect((await sessionAt(gateway)).commands).toEqual(commands);
      for (const view of views) await expect.poll(() => view.session()?.commands, SOON).toEqual(commands);
      if (isKilled) collectors.splice(collectors.indexOf(owner), 1, await site.node('again', 'collector'));
      else {
        owner.wake();
        await expect.poll(() => owner.saysItHas('sessions'), SOON).toBe(false);
      }
    }
    const states = (await sessionAt(gateway)).commands.map(({ command, state }) => `${command} ${state}`);
    // What harms nobody is done in the end, whoever died.
    expect(states.filter((text) => /^(ping|firmware).*(?<!done)$/.test(text))).toEqual([]);
    expect(site.appliance.belated).toEqual([]);
    await checkEnds(site);
  },
  60_000 + ROUNDS * 60_000,
);

/** Rows of commands, as they lie in Redis. */
async function stored(redis: TestRedis): Promise<readonly string[]> {
  const keys = (await redis.ask('KEYS {floorcast}:*commands*'))
    .split('\r\n')
    .filter((line) => line.startsWith('{'));
  return Promise.all(keys.map((key) => redis.ask(`HVALS ${key}`)));
}
