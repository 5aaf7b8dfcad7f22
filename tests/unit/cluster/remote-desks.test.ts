/** Desks of alerts and of sessions at nodes that have neither, and where the duty moves. */
import { describe, expect, it } from 'vitest';
import type { AlertGroup, Fault } from '../../../lib/contracts/alert';
import { createNodeCalls, type NodeCalls } from '../../../server/cluster/node-calls';
import { createDutyAlertDesk } from '../../../server/cluster/remote/duty-alert-desk';
import { createDutyDiagnosticsDesk } from '../../../server/cluster/remote/duty-diagnostics-desk';
import { createRemoteAlertDesk } from '../../../server/cluster/remote/remote-alert-desk';
import { createRemoteDiagnosticsDesk } from '../../../server/cluster/remote/remote-diagnostics-desk';
import { serveAlertDesk } from '../../../server/cluster/remote/serve-alert-desk';
import { serveDiagnosticsDesk } from '../../../server/cluster/remote/serve-diagnostics-desk';
import type { Actor, DeskEvent } from '../../../server/devices/diagnostics-desk';
import { silentLog } from '../../../server/runtime/log';
import { OwnerUnavailable } from '../../../server/runtime/owner-unavailable';
import { FakeClock } from '../../support/fake-clock';
import { AN_ALERT, FakeDesk } from '../../support/fake-desk';
import { A_COMMAND, FakeDiagnosticsDesk, sessionOf } from '../../support/fake-device-desks';
import { MemoryBus } from '../../support/memory-bus';
import { FAULT, GROUP } from '../alarms/alarm-rows';

const log = silentLog;

function stand() {
  const [bus, clock] = [new MemoryBus(), new FakeClock()];
  let ids = 0;
  const node = (nodeId: string): NodeCalls =>
    createNodeCalls({ bus: bus.seat(), nodeId, clock, log, newId: () => `id-${++ids}` });
  async function wait(ms: number, stepMs = 250): Promise<void> {
    await bus.settle();
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(stepMs, left));
      await bus.settle();
    }
  }
  async function answered<T>(call: Promise<T>): Promise<T> {
    // Whoever waits hears of it below.
    call.catch(() => {});
    await wait(15_000);
    return call;
  }
  return { bus, clock, node, wait, answered };
}

class Devices extends FakeDesk {
  lasting: readonly AlertGroup[] = [GROUP];
  lastingFaults: readonly Fault[] = [FAULT];
  override groups() {
    return this.lasting;
  }
  override knownFaults() {
    return { faults: this.lastingFaults, isWhole: true };
  }
}

const isOwner = () => true;

describe('devices at a node that has none', () => {
  it('CLUSTER-120 are shown as the owner sends them, at most once a second, and nothing is known before', async () => {
    const { node, clock, wait } = stand();
    const [own, asking] = [new Devices(), node('asking')];
    const remote = createRemoteAlertDesk({ calls: asking, log });
    let [frames, groups] = [0, 0];
    remote.subscribe(() => {
      frames += 1;
    });
    remote.subscribeGroups(() => {
      groups += 1;
    });
    expect([remote.hasPicture(), remote.groups(), remote.knownFaults()]).toEqual([
      ...[false, []],
      { faults: [], isWhole: false },
    ]);
    serveAlertDesk({ calls: node('owner'), desk: own, clock, isOwner });
    own.lasting = [];
    await wait(1_250);
    expect(remote.hasPicture()).toBe(false);
    own.lasting = [GROUP];
    await wait(1_000);
    expect(remote).toSatisfy(() => remote.hasPicture());
    expect([
      remote.frame(),
      remote.groups(),
      remote.knownFaults(),
      remote.siteCounts(),
      remote.rules(),
    ]).toEqual([own.frame(), own.groups(), own.knownFaults(), own.siteCounts(), own.rules()]);
    const [frame, known] = [remote.frame(), remote.knownFaults()];
    [frames, groups] = [0, 0];
    for (let time = 1; time <= 20; time += 1) {
      own.lasting = [{ ...GROUP, devices: time }];
      await wait(100, 100);
    }
    await wait(1_000);
    expect(remote.groups()).toEqual([{ ...GROUP, devices: 20 }]);
    expect([frames, groups].every((count) => count > 0 && count <= 4)).toBe(true);
    expect([remote.frame() === frame, remote.knownFaults() === known]).toEqual([true, true]);
  });

  it('CLUSTER-121 stay as they were last known while the owner is silent, and are right again after it', async () => {
    const { bus, node, clock, wait } = stand();
    const [first, second] = [new Devices(), new Devices()];
    const remote = createRemoteAlertDesk({ calls: node('asking'), log });
    let isHeld = true;
    const dead = node('first');
    serveAlertDesk({ calls: dead, desk: first, clock, isOwner: () => isHeld });
    await wait(4_000);
    const before = remote.groups();
    isHeld = false;
    dead.stop();
    await wait(60_000);
    expect(remote.groups()).toBe(before);
    second.lasting = [GROUP, { ...GROUP, key: 'g2' }];
    serveAlertDesk({ calls: node('second'), desk: second, clock, isOwner });
    await wait(4_000);
    expect(remote.groups()).toEqual(second.lasting);
    // Some of it is lost on the way, and so there is a gap.
    bus.loses = (_, text) => text.includes('told');
    second.lasting = [];
    await wait(2_000);
    bus.loses = () => false;
    await wait(6_000);
    expect(remote.groups()).toEqual([]);
  });

  it('CLUSTER-122 are asked for at the owner, and what cannot be asked rejects with a sentence', async () => {
    const { node, clock, answered } = stand();
    const own = new Devices();
    const remote = createRemoteAlertDesk({ calls: node('asking'), log });
    await expect(answered(remote.find({ state: 'open', limit: 5 }))).rejects.toThrow(
      new OwnerUnavailable('No node that has this duty answers.'),
    );
    serveAlertDesk({ calls: node('owner'), desk: own, clock, isOwner });
    expect(await answered(remote.find({ state: 'open', limit: 5 }))).toEqual({
      alerts: [AN_ALERT],
      next: 'a1',
    });
    expect(await answered(remote.acknowledge({ group: 'g1', note: '' }, 'Sam'))).toBe(3);
    expect(await answered(remote.retry(['a1', 'a2']))).toBe(2);
    expect(await answered(remote.refused())).toEqual(await own.refused());
    expect(await answered(remote.deliveries())).toEqual(await own.deliveries());
    expect(await answered(Promise.resolve(remote.devices('Cork')))).toEqual(own.devices('Cork'));
    const rules = [{ queueId: 'q1', site: 'Cork' }];
    await answered(remote.setRules(rules));
    expect([own.rules(), remote.rules()]).toEqual([rules, rules]);
    expect(own.asked).toContainEqual({ group: 'g1', note: '', by: 'Sam' });
    own.retry = async () => {
      throw new Error('The disk is full.');
    };
    await expect(answered(remote.retry(['a1']))).rejects.toThrow('The disk is full.');
  });

  it('CLUSTER-123 follow the duty: subscriptions stay, and an own desk that has just started empties nothing', async () => {
    const { node, clock, wait } = stand();
    const [away, here] = [new Devices(), new Devices()];
    const remote = createRemoteAlertDesk({ calls: node('here'), log });
    let own: Devices | null = null;
    const desk = createDutyAlertDesk({ own: () => own, remote, clock });
    let told = 0;
    const stop = desk.subscribeGroups(() => {
      told += 1;
    });
    const unserve = serveAlertDesk({ calls: node('away'), desk: away, clock, isOwner });
    await wait(4_000);
    expect([desk.groups(), told > 0, desk.hasPicture()]).toEqual([[GROUP], true, true]);
    unserve();
    here.lasting = [];
    own = here;
    desk.dutyChanged();
    await wait(1_000);
    expect(desk.groups()).toEqual([GROUP]);
    here.lasting = [{ ...GROUP, key: 'g2' }];
    told = 0;
    await wait(1_000);
    expect([desk.groups() === here.lasting, told]).toEqual([true, 1]);
    here.show(1);
    expect(told).toBe(2);
    own = null;
    desk.dutyChanged();
    expect([desk.groups(), here.listeners]).toEqual([[GROUP], 0]);
    stop();
    desk.stop();
  });
});

const ADA: Actor = {
  ...{ reach: 'own', genesysUserId: 'user-1', email: null, actor: 'person:1', name: 'Ada' },
  ...{ roles: ['agent'], address: '::1' },
};
const WISH = { interactionId: 'i-1', customerId: 'c1', deviceId: 'SN-1', requestedCommands: [] };
const PING = { interactionId: 'i-1', command: 'ping_latency', params: {}, requestId: 'request-1' };

describe('sessions at a node that has none', () => {
  const remoteOf = (calls: NodeCalls, policy = new FakeDiagnosticsDesk()) =>
    createRemoteDiagnosticsDesk({ calls, log, mayRun: (session, roles) => policy.mayRun(session, roles) });

  it('CLUSTER-124 are asked for at the owner, who gets person, roles and request id as they are', async () => {
    const { node, answered } = stand();
    const own = new FakeDiagnosticsDesk();
    const remote = remoteOf(node('asking'));
    serveDiagnosticsDesk({ calls: node('owner'), desk: own, isOwner });
    expect(await answered(remote.initiate(WISH, ADA))).toEqual(await own.initiate(WISH, ADA));
    expect(await answered(remote.execute(PING, ADA))).toEqual({ ok: true, value: A_COMMAND });
    expect(own.asked.slice(-1)).toEqual([{ wish: PING, actor: ADA }]);
    expect(await answered(remote.end('i-1', { solvedRemotely: true }, ADA))).toMatchObject({ ok: true });
    own.refuses = 'replayed';
    expect(await answered(remote.execute(PING, ADA))).toEqual({
      ok: false,
      error: { kind: 'replayed', message: 'no, and this is why' },
    });
    expect(await answered(remote.session('i-1', ADA))).toEqual(sessionOf('i-1'));
    expect(await answered(remote.session('i-9', ADA))).toBeNull();
    expect(await answered(remote.list(ADA))).toMatchObject({ more: 3 });
    expect(await answered(remote.bundle('i-1', ADA))).toEqual({ interactionId: 'i-1', windows: [] });
    expect(remote.mayRun(sessionOf('i-1'), ['senior_tech'])).toEqual(['ping_latency', 'reboot_module']);
  });

  it('CLUSTER-125 are unavailable without an owner; a late command runs once, also where it is asked again', async () => {
    const { node, answered } = stand();
    const own = new FakeDiagnosticsDesk();
    const remote = remoteOf(node('asking'));
    expect(await answered(remote.execute(PING, ADA))).toMatchObject({
      ok: false,
      error: { kind: 'unavailable', message: expect.stringContaining('with the same request id') },
    });
    await expect(answered(remote.list(ADA))).rejects.toThrow('No node that has this duty answers.');
    const ran = new Set<string | undefined>();
    let isSlow = true;
    own.execute = async ({ requestId }) => {
      ran.add(requestId);
      if (isSlow) await new Promise(() => {});
      return { ok: true, value: A_COMMAND };
    };
    serveDiagnosticsDesk({ calls: node('owner'), desk: own, isOwner });
    expect(await answered(remote.execute(PING, ADA))).toMatchObject({ error: { kind: 'unavailable' } });
    isSlow = false;
    expect(await answered(remote.execute(PING, ADA))).toEqual({ ok: true, value: A_COMMAND });
    expect([...ran]).toEqual(['request-1']);
  });

  it('CLUSTER-126 are watched where they are, also when the duty moves here and away', async () => {
    const { node, wait } = stand();
    const [away, here] = [new FakeDiagnosticsDesk(), new FakeDiagnosticsDesk()];
    let own: FakeDiagnosticsDesk | null = null;
    const desk = createDutyDiagnosticsDesk({ own: () => own, remote: remoteOf(node('here')) });
    const heard: DeskEvent[] = [];
    const stop = desk.watch('i-1', (event) => void heard.push(event));
    serveDiagnosticsDesk({ calls: node('away'), desk: away, isOwner });
    await wait(4_000);
    const samples = (at: number): DeskEvent => ({ kind: 'samples', at, values: { latency_ms: at } });
    away.tell('i-1', samples(1));
    await wait(250);
    own = here;
    desk.dutyChanged();
    await wait(250);
    expect([away.watchers, here.watchers]).toEqual([0, 1]);
    here.tell('i-1', samples(2));
    own = null;
    desk.dutyChanged();
    await wait(250);
    away.tell('i-1', samples(3));
    await wait(250);
    expect(heard).toEqual([samples(1), samples(2), samples(3)]);
    stop();
    await wait(250);
    expect([away.watchers, here.watchers]).toEqual([0, 0]);
  });
});
