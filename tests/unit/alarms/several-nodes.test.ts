/** Alarms of two nodes on one store: what people do holds at both, and one of them calls webhooks. */
import { afterEach, describe, expect, it } from 'vitest';
import type { KpiKey, KpiStatus } from '../../../lib/contracts/kpi';
import { AlarmFloor } from '../../../server/alarms/alarm-desk';
import type { SendCall, Sent } from '../../../server/alarms/call-sender';
import { silentLog } from '../../../server/runtime/log';
import { readAlarms } from '../../../server/store/alarm-documents';
import { FakeClock } from '../../support/fake-clock';
import { change, FakeKpiReader } from '../../support/fake-kpi-reader';
import { boardOf, FakeBoards } from '../../support/push-boards';
import { SharedMemoryStore } from '../../support/shared-memory-store';
import { done } from './alarm-stage';

const A = 'kpi:queue:a#waiting';
const B = 'kpi:queue:b#waiting';

class Stand {
  readonly clock = new FakeClock();
  readonly store = new SharedMemoryStore();
  readonly boards = new FakeBoards([boardOf('main')]);
  /** Which node has the duty of calls. */
  owner = 'one';
  readonly posted: string[] = [];
  readonly ids: string[] = [];
  answer: (text: string) => Promise<Sent> = async () => ({ kind: 'sent' });
  readonly nodes: { readonly name: string; readonly reader: FakeKpiReader; readonly floor: AlarmFloor }[] =
    [];

  async node(name: string) {
    const { clock, store, boards } = this;
    const reader = new FakeKpiReader(['all', 'queue:a', 'queue:b']);
    const send: SendCall = async (_, { id, body }) => {
      const { event, alarm } = JSON.parse(body);
      const text = `${name}: ${event} ${alarm.key}`;
      this.posted.push(text);
      this.ids.push(id);
      return this.answer(text);
    };
    const floor = new AlarmFloor({
      ...{ clock, store, reader, boards, send, alerts: null, random: () => 0.5, log: silentLog },
      mayCall: () => this.owner === name,
    });
    floor.start(await readAlarms(store, () => {}));
    const node = { name, reader, floor };
    this.nodes.push(node);
    await this.pass(2_000);
    return node;
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms, Math.max(1, Math.min(ms, 1_000)));
    for (let i = 0; i < 20; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async figure(subject: string, kpi: KpiKey, status: KpiStatus, nodes = this.nodes): Promise<void> {
    for (const { reader } of nodes) reader.announce([change(subject, kpi, 9, { status })]);
    await this.pass(1_000);
  }

  /** The duty goes over, in order: the old owner ends before the next one takes it. */
  async move(to: string): Promise<void> {
    this.owner = to;
    for (const node of this.nodes) await node.floor.callingChanged();
    await this.pass(0);
  }

  async hook(floor: AlarmFloor): Promise<void> {
    const levels = ['critical' as const, 'warning' as const];
    const hook = { ...{ id: 'h1', name: 'Chat', url: 'https://chat.example.com/h', levels }, boardIds: null };
    const saved = await floor.saveWebhooks(
      { revision: floor.webhooks().revision, webhooks: [{ ...hook, format: 'json' }] },
      done,
    );
    expect(saved.ok).toBe(true);
  }
}

let stand: Stand;
afterEach(async () => {
  for (const { floor } of stand.nodes) await floor.stop();
  expect(stand.clock.pendingCount).toBe(0);
});

async function two() {
  stand = new Stand();
  return { stand, one: await stand.node('one'), other: await stand.node('two') };
}

const taken = (floor: AlarmFloor, key: string) => floor.watch.book.get(key)?.acknowledgement?.by ?? null;

describe('what people do with alarms at one of several nodes', () => {
  it('CLUSTER-114 holds at the others: shelves, taking and webhooks', async () => {
    const { stand, one, other } = await two();
    for (const subject of ['queue:a', 'queue:b']) await stand.figure(subject, 'waiting', 'warning');
    await other.floor.acknowledge({ keys: [A], by: 'Sam' }, done);
    await other.floor.shelve({ key: B, minutes: 5, reason: 'Known' }, 'Sam', done);
    await stand.hook(other.floor);
    await one.floor.reload();
    expect([taken(one.floor, A), taken(one.floor, B)]).toEqual(['Sam', null]);
    expect(one.floor.shelves()).toEqual(other.floor.shelves());
    expect(one.floor.webhooks()).toEqual(other.floor.webhooks());
    expect(await one.floor.unshelve(B, done)).toBe(true);
    await other.floor.reload();
    expect(other.floor.shelves()).toEqual([]);
    await other.floor.shelve({ key: B, minutes: 1, reason: 'Known' }, 'Sam', done);
    await one.floor.reload();
    await stand.pass(61_000);
    expect([one.floor.shelves(), other.floor.shelves()]).toEqual([[], []]);
    expect(await stand.store.list('alarm-shelf')).toEqual([]);
  });

  it('CLUSTER-115 is no taking of what came later or got worse', async () => {
    const { stand, one, other } = await two();
    await stand.figure('queue:a', 'waiting', 'warning');
    await other.floor.acknowledge({ keys: [A], by: 'Sam' }, done);
    await stand.figure('queue:a', 'waiting', 'critical');
    await one.floor.reload();
    expect([taken(one.floor, A), taken(other.floor, A)]).toEqual([null, null]);
    await one.floor.acknowledge({ keys: [A], by: 'Kim' }, done);
    await other.floor.reload();
    expect(taken(other.floor, A)).toBe('Kim');
    await stand.figure('queue:a', 'waiting', 'normal');
    await stand.pass(10_000);
    await stand.figure('queue:a', 'waiting', 'critical');
    for (const { floor } of stand.nodes) await floor.reload();
    expect([taken(one.floor, A), taken(other.floor, A)]).toEqual([null, null]);
    await stand.figure('queue:a', 'waiting', 'normal');
    await stand.pass(100_000);
    expect(await stand.store.list('alarm-taken')).toEqual([]);
  });

  it('CLUSTER-112 is not undone by a reload on its way', async () => {
    const { stand, one } = await two();
    for (const subject of ['queue:a', 'queue:b']) await stand.figure(subject, 'waiting', 'warning');
    await one.floor.shelve({ key: B, minutes: 5, reason: 'Old' }, 'Sam', done);
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    stand.store.gate = (what) => (what === 'read' ? opened : Promise.resolve());
    const ways = [
      one.floor.reload(),
      one.floor.shelve({ key: A, minutes: 5, reason: 'New' }, 'Sam', done),
      one.floor.unshelve(B, done),
      one.floor.acknowledge({ keys: [B], by: 'Sam' }, done),
    ];
    await stand.pass(0);
    open();
    await Promise.all(ways);
    for (let time = 0; time < 2; time += 1) {
      expect(one.floor.shelves().map(({ key }) => key)).toEqual([A]);
      expect(taken(one.floor, B)).toBe('Sam');
      await one.floor.reload();
    }
  });
});

describe('webhooks of several nodes', () => {
  it('CLUSTER-116 are called by the one that has the duty, and by the next from what was told', async () => {
    const { stand, one, other } = await two();
    await stand.hook(other.floor);
    await one.floor.reload();
    await stand.figure('queue:a', 'waiting', 'warning');
    expect(stand.posted).toEqual([`one: raised ${A}`]);
    await stand.move('two');
    await stand.pass(3_000);
    await stand.figure('queue:a', 'waiting', 'normal');
    await stand.figure('queue:b', 'waiting', 'warning');
    await stand.move('one');
    await other.floor.acknowledge({ keys: [B], by: 'Sam' }, done);
    await one.floor.reload();
    await stand.pass(2_000);
    expect(stand.posted).toEqual([
      `one: raised ${A}`,
      ...[`two: cleared ${A}`, `two: raised ${B}`],
      `one: acknowledged ${B}`,
    ]);
    expect(new Set(stand.ids).size).toBe(4);
  });

  it('CLUSTER-116 what came and went while nobody had the duty is told by the next', async () => {
    const { stand, one } = await two();
    await stand.hook(one.floor);
    await stand.figure('queue:a', 'waiting', 'warning');
    await stand.move('nobody');
    await stand.figure('queue:a', 'waiting', 'normal');
    await stand.figure('queue:b', 'waiting', 'critical');
    expect(stand.posted).toEqual([`one: raised ${A}`]);
    await stand.move('two');
    await stand.pass(2_000);
    expect(stand.posted.slice(1)).toEqual([`two: cleared ${A}`, `two: raised ${B}`]);
  });

  it('CLUSTER-117 a call that waits goes over with its id, and one whose end was stored does not go again', async () => {
    const { stand, one } = await two();
    await stand.hook(one.floor);
    stand.answer = async (text) =>
      text.startsWith('one') ? { kind: 'later', reason: 'away', floorMs: 0 } : { kind: 'sent' };
    await stand.figure('queue:a', 'waiting', 'warning');
    await stand.move('two');
    await stand.pass(1_000);
    await stand.move('one');
    await stand.pass(400_000);
    expect(stand.posted).toEqual([`one: raised ${A}`, `two: raised ${A}`]);
    expect(stand.ids[0]).toBe(stand.ids[1]);
  });

  it('CLUSTER-117 one that is under way when the duty goes is waited for, and is not sent twice', async () => {
    const { stand, one } = await two();
    await stand.hook(one.floor);
    let answer = (_: Sent) => {};
    stand.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await stand.figure('queue:a', 'waiting', 'warning');
    const moved = stand.move('two');
    await stand.pass(0);
    answer({ kind: 'sent' });
    await moved;
    await stand.pass(3_000);
    expect(stand.posted).toEqual([`one: raised ${A}`]);
  });

  it('CLUSTER-118 who comes back from a pause and thinks it has the duty changes nothing, and calls nobody', async () => {
    const { stand, one, other } = await two();
    await stand.hook(one.floor);
    await stand.figure('queue:a', 'waiting', 'warning');
    // The first one is paused, and hears of nothing.
    stand.owner = 'two';
    await other.floor.callingChanged();
    await stand.figure('queue:b', 'waiting', 'warning', [other]);
    const stored = await stand.store.get('alarm-state', 'main');
    const before = [...stand.posted];
    stand.owner = 'one';
    await stand.figure('queue:b', 'waiting', 'critical', [one]);
    stand.owner = 'two';
    await stand.pass(0);
    expect(await stand.store.get('alarm-state', 'main')).toEqual(stored);
    expect(stand.posted).toEqual(before);
    expect(before).toEqual([`one: raised ${A}`, `two: raised ${B}`]);
  });

  it('CLUSTER-117 while the store is away nothing is called, and then once', async () => {
    const { stand, one } = await two();
    await stand.hook(one.floor);
    stand.store.isAway = true;
    await stand.figure('queue:a', 'waiting', 'warning');
    await stand.pass(5_000);
    expect(stand.posted).toEqual([]);
    stand.store.isAway = false;
    await stand.pass(60_000);
    expect(stand.posted).toEqual([`one: raised ${A}`]);
  });
});
