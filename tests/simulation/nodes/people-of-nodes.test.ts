/**
 * What people do at a gateway, and what webhooks are told of alarms, at several nodes: real processes, a real Redis and a
 * real Mosquitto. `ROUNDS` of the environment kills who calls webhooks more often than once.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { AlarmsResponse, WebhooksResponse } from '../../../lib/contracts/alarm';
import type { AlertsFrame } from '../../../lib/contracts/alert';
import type { AnnouncementsResponse } from '../../../lib/contracts/announcement';
import type { BoardEdit } from '../../../lib/contracts/board-desk';
import { AlertDevices } from '../../support/alert-devices';
import { startMosquitto } from '../../support/mosquitto';
import { buildNodes, TestNode } from '../../support/nodes';
import { OutsideStand } from '../../support/outside-stand';
import { startRedis } from '../../support/redis';

const ROUNDS = Number(process.env.ROUNDS ?? 1);
const SOON = { timeout: 60_000, interval: 100 };
/** From so many devices on a group is an alarm. */
const GROUP = 3;

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

async function openSite() {
  const redis = await startRedis({ isKept: true });
  open.push(() => redis.stop());
  const broker = await startMosquitto();
  open.push(() => broker.stop());
  const outside = await OutsideStand.start();
  open.push(() => outside.stop());
  const devices = await AlertDevices.connect(broker.url);
  open.push(() => devices.stop());
  open.push(() => Promise.all(running.splice(0).map((node) => node.kill())));
  const node = async (role: string) => {
    const settings = { FLOORCAST_ROLE: role, REDIS_URL: redis.url, MQTT_URL: broker.url };
    const started = await TestNode.start(nodes.folder, `${role}-${running.length}`, settings);
    running.push(started);
    return started;
  };
  const gateway = await node('gateway');
  // As long as nobody can be asked, that is what is said.
  await expect(gateway.get('/api/v1/alerts')).rejects.toThrow(/503 .*owner\.unavailable/);
  await Promise.all([node('collector'), node('collector')]);
  return { outside, devices, node, gateway };
}

const alive = () => running.filter(({ isAlive }) => isAlive);
const callerOf = () => alive().find((node) => node.saysItHas('calls'));

/** The same on every node, soon. */
async function everywhere<T>(what: string, ask: (node: TestNode) => Promise<T>, wanted: T): Promise<void> {
  const since = Date.now();
  for (const node of alive()) await expect.poll(() => ask(node).catch(() => null), SOON).toEqual(wanted);
  console.info(`${what}: on every node after ${Date.now() - since} ms`);
}

/** A group of devices with one cause. */
async function raise(devices: AlertDevices, sensor: string): Promise<void> {
  for (let n = 0; n < GROUP; n += 1) {
    await devices.say(`${sensor}-${n}`, {
      ...{ sensor_type: sensor, alert_level: 'critical', reading_value: 90, threshold_exceeded: true },
      alert_id: `${sensor}-${n}`,
    });
  }
}

async function publishedBoard(gateway: TestNode): Promise<string> {
  const from = { kind: 'template', template: 'floor' };
  const made = await gateway.post<BoardEdit>('/api/v1/board-desk', { name: 'Floor of Cork', from });
  const wish = { revision: made.draft?.revision, version: made.version };
  await gateway.post(`/api/v1/board-desk/${made.id}/publish`, wish);
  return made.id;
}

it(
  `CLUSTER-133 CLUSTER-136 what people do at a gateway holds on every node, and webhooks are told each thing once, with ${ROUNDS} deaths of who calls`,
  async () => {
    const { outside, devices, node, gateway } = await openSite();
    const boardId = await publishedBoard(gateway);
    const nameAt = async (at: TestNode) => (await at.get<{ name: string }>(`/api/v1/boards/${boardId}`)).name;
    await everywhere('a board', nameAt, 'Floor of Cork');

    const text = { text: 'Drill at noon', priority: 'high', until: Date.now() + 3_600_000 };
    await gateway.post('/api/v1/announcements', text);
    const told = async (at: TestNode) =>
      (await at.get<AnnouncementsResponse>('/api/v1/announcements')).announcements.map((one) => one.text);
    await everywhere('an announcement', told, [text.text]);

    const hook = { id: 'hook-1', name: 'Ours', url: `${outside.url}/alarms`, format: 'json', boardIds: null };
    const saved = { ...hook, levels: ['critical'], secret: 'a-secret-of-the-webhook' };
    await gateway.post('/api/v1/alarm-webhooks', { revision: 0, webhooks: [saved] });
    const hooksAt = async (at: TestNode) =>
      (await at.get<WebhooksResponse>('/api/v1/alarm-webhooks')).webhooks.map(({ name }) => name);
    await everywhere('a webhook', hooksAt, ['Ours']);

    const rules = [{ queueId: 'queue-1', site: 'Cork' }];
    const ruled = () =>
      gateway.post('/api/v1/device-rules', rules).then(
        () => true,
        () => false,
      );
    await expect.poll(ruled, SOON).toBe(true);
    const rulesAt = async (at: TestNode) => (await at.get<{ rules: unknown }>('/api/v1/device-rules')).rules;
    await everywhere('rules of devices', rulesAt, rules);

    const alarmsAt = async (at: TestNode) => at.get<AlarmsResponse>(`/api/v1/alarms?boardId=${boardId}`);
    for (let round = 0; round <= ROUNDS; round += 1) {
      await expect.poll(() => callerOf() !== undefined, SOON).toBe(true);
      const caller = callerOf();
      await raise(devices, `sensor-${round}`);
      if (round > 0) {
        await caller?.kill();
        await node('collector');
      }
      await expect.poll(() => raised(outside).size, SOON).toBe(round + 1);
      await everywhere('an alarm', async (at) => (await alarmsAt(at)).alarms.length, round + 1);
    }

    const [taken = '', shelved = ''] = [...raised(outside)];
    await gateway.post('/api/v1/alarms/acknowledgements', { keys: [taken], boardId });
    const takenAt = async (at: TestNode) =>
      (await alarmsAt(at)).alarms.flatMap((one) => (one.acknowledgement === null ? [] : [one.key]));
    await everywhere('taking an alarm', takenAt, [taken]);
    await gateway.post('/api/v1/alarms/shelves', { key: shelved, minutes: 5, reason: 'known' });
    const shelvesAt = async (at: TestNode) => (await alarmsAt(at)).shelves.map(({ key }) => key);
    await everywhere('a shelf', shelvesAt, [shelved]);

    const groups = (await gateway.get<AlertsFrame>('/api/v1/alerts/groups')).groups;
    for (const { key } of groups) await gateway.post('/api/v1/alerts/acknowledgements', { group: key });
    const leftAt = async (at: TestNode) =>
      (await at.get<AlertsFrame>('/api/v1/alerts/groups')).groups.map(({ unacknowledged }) => unacknowledged);
    const none = groups.map(() => 0);
    await everywhere('taking alerts', leftAt, none);

    await expect
      .poll(() => outside.alarmCalls.some(({ body }) => body.event === 'acknowledged'), SOON)
      .toBe(true);
    // A crash between sending and storing may send one again, under the same id.
    const ids = new Map<string, Set<string>>();
    for (const { id, body } of outside.alarmCalls) {
      const what = `${body.event} ${(body.alarm as { key: string } | null)?.key}`;
      ids.set(what, (ids.get(what) ?? new Set()).add(id));
    }
    expect([...ids].filter(([, own]) => own.size > 1)).toEqual([]);
    const again = outside.alarmCalls.length - new Set(outside.alarmCalls.map(({ id }) => id)).size;
    console.info(`calls: ${outside.alarmCalls.length}, of them sent again under their id: ${again}`);
    expect(again).toBeLessThanOrEqual(ROUNDS);
  },
  60_000 + ROUNDS * 60_000,
);

/** Keys of alarms that the webhook was told of. */
function raised({ alarmCalls }: OutsideStand): ReadonlySet<string> {
  return new Set(
    alarmCalls.flatMap(({ body }) =>
      // Our own JSON, by its contract.
      body.event === 'raised' ? [(body.alarm as { key: string }).key] : [],
    ),
  );
}
