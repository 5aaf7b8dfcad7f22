/**
 * Alerts of devices at several nodes, with real processes, a real Redis and a real Mosquitto, while what holds them is
 * killed, paused, told to leave, or away: in the end each node has each alert once. `ROUNDS` of the environment goes
 * through all of it more often than once.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { AlertsResponse } from '../../../lib/contracts/alert';
import type { KpiKey } from '../../../lib/contracts/kpi';
import { subjectKey } from '../../../lib/ids';
import { AlertDevices, SITES } from '../../support/alert-devices';
import { startMosquitto } from '../../support/mosquitto';
import { buildNodes, TestNode } from '../../support/nodes';
import { OutsideStand } from '../../support/outside-stand';
import { startRedis, type TestRedis } from '../../support/redis';

const ROUNDS = Number(process.env.ROUNDS ?? 1);
const ALERTS = 2_000;
/** Handed on at a time: so many may be out when their node dies. */
const MOST_OUT = 4;
const SOON = { timeout: 60_000, interval: 100 };
const PAGE = 500;

let nodes: Awaited<ReturnType<typeof buildNodes>>;
const running: TestNode[] = [];
const open: (() => unknown)[] = [];
beforeAll(async () => {
  nodes = await buildNodes();
});
afterAll(() => nodes.remove());
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

class AlertSite {
  readonly redis: TestRedis;
  readonly outside: OutsideStand;
  readonly devices: AlertDevices;
  readonly #brokerUrl: string;
  gateway!: TestNode;

  constructor(redis: TestRedis, outside: OutsideStand, devices: AlertDevices, brokerUrl: string) {
    this.redis = redis;
    this.outside = outside;
    this.devices = devices;
    this.#brokerUrl = brokerUrl;
  }

  async node(role: string): Promise<TestNode> {
    const started = await TestNode.start(nodes.folder, `${role}-${running.length}`, {
      ...{ FLOORCAST_ROLE: role, REDIS_URL: this.redis.url, MQTT_URL: this.#brokerUrl },
      ...{ ALERT_EVENTS_URL: `${this.outside.url}/events`, ALERT_EVENTS_PER_MINUTE: '60000' },
      TIME_ZONE: zoneAtNoon(),
    });
    running.push(started);
    return started;
  }

  get owner(): TestNode | null {
    return this.alive.find((node) => !node.isPaused && node.saysItHas('alerts')) ?? null;
  }

  get alive(): readonly TestNode[] {
    return running.filter(({ isAlive }) => isAlive);
  }

  /** Another one than `before`; resolves when the gateway's figures are true again. */
  async nextOwner(before: TestNode | null): Promise<void> {
    await expect.poll(() => this.owner !== null && this.owner !== before, SOON).toBe(true);
    await this.fresh();
  }

  isStale = async () => (await this.gateway.figures([['all' as never, 'alertsToday']]))[0]?.stale;
  stale = () => expect.poll(this.isStale, SOON).toBe(true);
  fresh = () => expect.poll(this.isStale, SOON).toBe(false);
}

/** Today does not end meanwhile. */
function zoneAtNoon(): string {
  const behind = new Date().getUTCHours() - 12;
  return `Etc/GMT${behind < 0 ? '' : '+'}${behind}`;
}

async function openSite(): Promise<AlertSite> {
  const redis = await startRedis({ isKept: true });
  open.push(() => redis.stop());
  const broker = await startMosquitto({ savesAfter: 1, maxInFlight: 0 });
  open.push(() => broker.stop());
  const outside = await OutsideStand.start();
  open.push(() => outside.stop());
  const devices = await AlertDevices.connect(broker.url);
  open.push(() => devices.stop());
  open.push(() => Promise.all(running.splice(0).map((node) => node.kill())));
  const site = new AlertSite(redis, outside, devices, broker.url);
  site.gateway = await site.node('gateway');
  await Promise.all([site.node('collector'), site.node('collector')]);
  await site.nextOwner(null);
  return site;
}

/** Every alert that a node tells of, page by page. */
async function alertsAt(node: TestNode): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let before = ''; ; ) {
    const page = await node.get<AlertsResponse>(`/api/v1/alerts?state=all&limit=${PAGE}${before}`);
    ids.push(...page.alerts.map(({ id }) => id));
    if (page.next === null) return ids;
    before = `&before=${page.next}`;
  }
}

/** What each node must show of each site. */
function expectedOf({ published }: AlertDevices): readonly (readonly [string, KpiKey, number])[] {
  const count = (isIt: (alert: (typeof published)[number]) => boolean) => published.filter(isIt).length;
  const subjects: (readonly [string, (site: string) => boolean])[] = [
    ['all', () => true],
    ...SITES.map((name) => [subjectKey('site', name), (site: string) => site === name] as const),
  ];
  return subjects.flatMap(([subject, isIn]) => {
    const all = count(({ site }) => isIn(site));
    const critical = count(({ site, level }) => isIn(site) && level === 'critical');
    return [
      [subject, 'alertsToday', all],
      [subject, 'alertsActive', all],
      [subject, 'alertsUnacknowledged', all],
      [subject, 'alertsCritical', critical],
    ] as const;
  });
}

const DISTURBANCES: readonly (readonly [
  name: string,
  resends: number,
  disturb: (site: AlertSite) => Promise<void>,
])[] = [
  [
    'the owner is killed',
    MOST_OUT,
    async (site) => {
      const { owner } = site;
      await owner?.kill();
      await site.stale();
      await site.nextOwner(owner);
      await site.node('collector');
    },
  ],
  [
    'the owner is paused, and woken when another one has its duty',
    MOST_OUT,
    async (site) => {
      const { owner } = site;
      owner?.pause();
      await site.stale();
      await site.nextOwner(owner);
      owner?.wake();
      await expect.poll(() => owner?.saysItHas('alerts'), SOON).toBe(false);
    },
  ],
  [
    'the owner leaves in order',
    0,
    async (site) => {
      const { owner } = site;
      const since = Date.now();
      const left = owner?.leave();
      let isGone = false;
      void left?.then(() => {
        isGone = true;
      });
      let takenAfterMs: number | null = null;
      // Nothing is stale meanwhile.
      while (!isGone || site.owner === null) {
        expect(await site.isStale()).toBe(false);
        if (site.owner !== null && site.owner !== owner) takenAfterMs ??= Date.now() - since;
      }
      expect(await left).toBe(0);
      console.info(`the next one has it after ${takenAfterMs} ms`);
      await site.nextOwner(owner);
      expect(await site.isStale()).toBe(false);
      await site.node('collector');
    },
  ],
  [
    'Redis is killed, and started again when figures are stale',
    MOST_OUT,
    async (site) => {
      await site.redis.kill();
      await site.stale();
      await site.redis.restart();
      await site.nextOwner(null);
    },
  ],
  [
    'Redis is frozen until figures are stale',
    MOST_OUT,
    async (site) => {
      site.redis.freeze();
      await site.stale();
      site.redis.thaw();
      await site.nextOwner(null);
    },
  ],
];

it(
  `CLUSTER-130 CLUSTER-131 CLUSTER-132 ${ALERTS} alerts are counted once on every node, and handed on, whatever becomes of their owner, ${ROUNDS} times`,
  async () => {
    const site = await openSite();
    const { devices, outside } = site;
    let resends = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, most, disturb] of DISTURBANCES) {
        devices.go();
        const before = devices.published.length;
        await expect.poll(() => devices.published.length, SOON).toBeGreaterThan(before + 20);
        const since = Date.now();
        await disturb(site);
        console.info(`${name}: ${Date.now() - since} ms, ${devices.published.length} alerts`);
        resends += most;
      }
    }
    await devices.upTo(ALERTS * ROUNDS);
    const expected = expectedOf(devices);
    const asked = expected.map(([subject, kpi]) => [subject as never, kpi] as const);
    for (const node of site.alive) {
      await expect
        .poll(async () => (await node.figures(asked)).map((figure) => [figure?.value, figure?.stale]), SOON)
        .toEqual(expected.map(([, , value]) => [value, false]));
      expect((await alertsAt(node)).toSorted()).toEqual(devices.published.map(({ id }) => id).toSorted());
    }
    const critical = devices.published.filter(({ level }) => level === 'critical').map(({ id }) => id);
    await expect.poll(() => new Set(outside.handedOn).size, SOON).toBe(critical.length);
    expect([...new Set(outside.handedOn)].toSorted()).toEqual(critical.toSorted());
    console.info(`handed on again: ${outside.handedOn.length - critical.length} of ${critical.length}`);
    expect(outside.handedOn.length - critical.length).toBeLessThanOrEqual(resends);
  },
  60_000 + ROUNDS * 120_000,
);
