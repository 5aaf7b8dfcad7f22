import { afterEach, describe, expect, it } from 'vitest';
import { alertsFrameSchema, type Fault, type Forwarding } from '../../../lib/contracts/alert';
import type { DeviceRule } from '../../../lib/contracts/settings';
import type { AlertsOptions, PlacedAlert } from '../../../server/alerts/alerts';
import { cleared, figures, MINUTE, presence, raised, START, Stage } from './ledger-stage';

const stages: Stage[] = [];
async function started(more: Partial<AlertsOptions> = {}): Promise<Stage> {
  const stage = await new Stage(more).start();
  stages.push(stage);
  await stage.settle();
  return stage;
}
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
});

const OFF: Forwarding = { state: 'off', since: 0, backlog: 0, oldestAt: null, dead: 0, lastSentAt: null };

describe('the frame', () => {
  it('ALERT-50 is another one at once after a pause, then at most once a second, else the same object', async () => {
    const stage = await started();
    let count = 0;
    const unsubscribe = stage.desk.subscribe(() => count++);
    const frame = stage.desk.frame();
    await stage.take(raised('a', 0));
    await stage.clock.advanceAsync(0.1);
    expect([count, stage.desk.frame().groups.length]).toEqual([1, 1]);
    await stage.take(raised('b', 0));
    await stage.take(raised('c', 0));
    await stage.clock.advanceAsync(999);
    expect([count, stage.desk.frame().groups[0]?.devices]).toEqual([1, 1]);
    await stage.clock.advanceAsync(1);
    expect([count, stage.desk.frame().groups[0]?.devices]).toEqual([2, 3]);
    expect(stage.desk.frame()).not.toBe(frame);
    const shown = stage.desk.frame();
    await stage.take(raised('c', 0), presence('c', 'online'), raised('z', 0), cleared('z', 1));
    await stage.desk.acknowledge({ ids: ['z/temperature/0'], note: '' }, 'Ada');
    await stage.clock.advanceAsync(5_000, 1_000);
    expect(stage.desk.frame()).toBe(shown);
    expect(alertsFrameSchema.parse({ serverTime: 0, ...shown })).toEqual({ serverTime: 0, ...shown });
    unsubscribe();
    await stage.take(raised('d', 0));
    await stage.settle();
    expect(count).toBe(2);
  });

  it('ALERT-50 follows faults and handing on within a second; without them it says off and none', async () => {
    const faults: Fault[] = [];
    let state: Forwarding['state'] = 'closed';
    const forwarding = () => ({ ...OFF, state });
    const outbox = { onStored() {}, forwarding, retry: async () => 0 };
    const stage = await started({ faultSource: { faults: () => faults, isWhole: () => false }, outbox });
    const heard: unknown[] = [];
    stage.desk.subscribe(() =>
      heard.push(stage.desk.frame().forwarding.state, stage.desk.frame().faults.length),
    );
    state = 'open';
    await stage.settle();
    // Only how many there are matters here.
    for (let n = 0; n < 12; n++) faults.push({ id: `f${n}` } as Fault);
    await stage.settle();
    expect(heard).toEqual(['open', 0, 'open', 10]);
    expect(stage.desk.knownFaults()).toEqual({ faults, isWhole: false });
    const alone = await started({ outbox: undefined });
    await alone.take(raised('d', 0));
    await alone.settle();
    expect(alone.desk.frame()).toMatchObject({ forwarding: OFF, faults: [], groups: [{ alerts: 1 }] });
    expect(alone.desk.knownFaults()).toEqual({ faults: [], isWhole: true });
    expect(await alone.desk.deliveries()).toEqual({ forwarding: OFF, dead: [] });
    expect(await alone.desk.retry(['x'])).toBe(0);
  });

  it('ALERT-50 shows 50 groups and how many more, and a listener that throws keeps none from hearing', async () => {
    const stage = await started();
    stage.desk.subscribe(() => {
      throw new Error('bug');
    });
    let count = 0;
    stage.desk.subscribe(() => count++);
    let groupCount = 0;
    const unsubscribe = stage.desk.subscribeGroups(() => groupCount++);
    await stage.take(...Array.from({ length: 60 }, (_, n) => raised('d', n, { sensorType: `s${n}` })));
    await stage.settle();
    const { groups, more } = stage.desk.frame();
    expect([groups.length, more, count]).toEqual([50, 10, 1]);
    expect([stage.desk.groups().length, groupCount]).toEqual([60, 1]);
    // The oldest has no room, so that no board is told when one more device is in it.
    await stage.take(raised('e', 70, { sensorType: 's0' }));
    await stage.settle();
    expect(groupCount).toBe(2);
    unsubscribe();
    await stage.take(raised('f', 80, { sensorType: 's0' }));
    await stage.settle();
    expect(groupCount).toBe(2);
  });
});

describe('the mapping', () => {
  const rules: DeviceRule[] = [{ queueId: 'q1', deviceId: 'd' }];
  const others: DeviceRule[] = [{ queueId: 'q2', product: 'X' }];

  it('ALERT-40 holds at once when it is changed, for what is active too, and is kept', async () => {
    const saved: unknown[] = [];
    const stage = await started({ rules, saveRules: async (made) => void saved.push(made) });
    await stage.take(raised('d', 0), raised('e', 0, { product: 'X' }), presence('e', 'offline'));
    await stage.desk.setRules(others);
    expect((await stage.desk.find({ state: 'open', limit: 9 })).alerts.map(({ queueId }) => queueId)).toEqual(
      ['q2', null],
    );
    await stage.settle();
    expect(saved).toEqual([others]);
    expect(stage.desk.rules()).toBe(others);
    expect(stage.figures()).toEqual(
      new Map([
        ['unmapped', figures({ critical: 1, unacknowledged: 1, today: 1 })],
        ['queue:q2', figures({ critical: 1, unacknowledged: 1, today: 1, offline: 1 })],
      ]),
    );
    expect(
      stage.desk
        .frame()
        .groups.map(({ queueId }) => queueId)
        .sort(),
    ).toEqual([null, 'q2'].sort());
  });

  it('ALERT-40 stays as it was where it cannot be kept', async () => {
    const saveRules = async () => {
      throw new Error('disk full');
    };
    const stage = await started({ rules, saveRules });
    await stage.take(raised('d', 0));
    await expect(stage.desk.setRules(others)).rejects.toThrow('disk full');
    expect(stage.desk.rules()).toBe(rules);
    expect((await stage.desk.find({ state: 'open', limit: 9 })).alerts[0]?.queueId).toBe('q1');
  });
});

describe('finding alerts', () => {
  async function withAlerts() {
    const stage = await started({ rules: [{ queueId: 'q', deviceId: 'q*' }] });
    const some = ['q1', 'q2', 'x1', 'x2'].flatMap((device, n) => [
      raised(device, n, { site: 'Oslo' }),
      raised(device, n + 10, { level: 'info' }),
    ]);
    await stage.take(...some, cleared('q1', 5), cleared('x1', 5));
    await stage.desk.acknowledge({ ids: ['q1/temperature/0', 'q2/temperature/1'], note: '' }, 'Ada');
    return stage;
  }
  const idsOf = (alerts: readonly { readonly id: string }[]) =>
    alerts.map(({ id }) => id.replace('/temperature', ''));

  it.each([
    ['open', {}, ['x2/13', 'x1/12', 'q2/11', 'q1/10', 'x2/3', 'x1/2', 'q2/1']],
    ['active', {}, ['x2/13', 'x1/12', 'q2/11', 'q1/10', 'x2/3', 'q2/1']],
    ['unacknowledged', {}, ['x2/13', 'x1/12', 'q2/11', 'q1/10', 'x2/3', 'x1/2']],
    ['all', { deviceId: 'q1' }, ['q1/10', 'q1/0']],
    ['all', { queueId: 'q' }, ['q2/11', 'q1/10', 'q2/1', 'q1/0']],
    ['open', { queueId: 'q' }, ['q2/11', 'q1/10', 'q2/1']],
    ['active', { queueId: 'q', deviceId: 'q2' }, ['q2/11', 'q2/1']],
    ['unacknowledged', { queueId: 'q', site: 'Oslo' }, ['q2/11', 'q1/10']],
    ['open', { queueId: 'q', site: 'Rome' }, []],
    ['all', { queueId: 'none' }, []],
    ['open', { group: 'none' }, []],
  ] as const)(
    'ALERT-51 gives the %s ones of %o, newest first, page by page without a gap',
    async (state, filter, ids) => {
      const stage = await withAlerts();
      const whole = await stage.desk.find({ state, limit: 500, ...filter });
      expect(whole.next).toBeNull();
      expect(idsOf(whole.alerts)).toEqual(ids);
      const found: string[] = [];
      for (let before: string | null | undefined; before !== null; ) {
        const page = await stage.desk.find({ state, limit: 2, ...filter, ...(before && { before }) });
        expect(page.alerts.length).toBeLessThanOrEqual(2);
        found.push(...idsOf(page.alerts));
        before = page.next;
      }
      expect(found).toEqual(ids);
    },
  );

  it('ALERT-51 gives what is in a group, with its queue and what became of handing it on', async () => {
    const stage = await withAlerts();
    await stage.settle();
    const { key } =
      stage.desk.frame().groups.find(({ queueId, level }) => queueId === 'q' && level === 'critical') ?? {};
    const { alerts } = await stage.desk.find({ state: 'open', limit: 9, group: key ?? '' });
    expect(alerts).toMatchObject([
      { id: 'q2/temperature/1', queueId: 'q', delivery: 'waiting', acknowledgement: { by: 'Ada' } },
    ]);
    const [info] = (await stage.desk.find({ state: 'open', limit: 1 })).alerts;
    expect(info).toMatchObject({ level: 'info', delivery: 'none', queueId: null });
    expect(Object.keys(info ?? {})).not.toContain('extra');
    expect(await stage.desk.find({ state: 'open', limit: 1, before: 'no such page' })).toEqual({
      alerts: [],
      next: null,
    });
  });
});

describe('devices', () => {
  it('ALERT-52 are listed by site, the troubled first, so many of each, all counted', async () => {
    const stage = await started({ rules: [{ queueId: 'q', site: 'Rome' }] });
    const at = (site: string | null) => ({ site });
    await stage.take(
      ...Array.from({ length: 501 }, (_, n) => cleared(`n${n}`, 0, at('Big'))),
      raised('info', 0, { level: 'info', ...at('Rome') }),
      raised('warning', 0, { level: 'warning', ...at('Rome') }),
      raised('critical', 0, at('Rome')),
      presence('offline', 'offline'),
      cleared('offline', 0, at('Rome')),
      cleared('b', 0, at('Rome')),
      cleared('a', 0, at('Rome')),
      cleared('nowhere', 0),
    );
    const sites = stage.desk.devices();
    expect(sites.map(({ site, total, devices }) => [site, total, devices.length])).toEqual([
      ['Rome', 6, 6],
      ['Big', 501, 500],
      [null, 1, 1],
    ]);
    expect(sites[0]?.devices.map(({ deviceId }) => deviceId)).toEqual([
      'critical',
      'offline',
      'warning',
      'info',
      'a',
      'b',
    ]);
    expect(sites[0]?.devices[0]).toEqual({
      deviceId: 'critical',
      product: null,
      firmwareVersion: null,
      site: 'Rome',
      queueId: 'q',
      connection: 'unknown',
      connectionSince: null,
      critical: 1,
      warning: 0,
      info: 0,
      lastAlertAt: START,
      clockSkewMs: null,
    });
    expect(stage.desk.devices('Big').map(({ site }) => site)).toEqual(['Big']);
    expect(stage.desk.devices('none')).toEqual([]);
  });
});

describe('handing on and watching', () => {
  it('ALERT-53 shows what could not be handed on with its alert and reason, and asks the outbox to send it again', async () => {
    const stage = await started();
    await stage.take(raised('d', 0), raised('e', 0));
    const [row] = stage.handedOn;
    if (row === undefined) throw new Error('nothing was handed on');
    const dead = {
      ...row,
      state: 'dead' as const,
      reason: '410 Gone',
      attempts: 7,
      changedAt: START + MINUTE,
    };
    stage.store.deliveryRows.set(row.alertId, dead);
    stage.store.deliveryRows.set('forgotten', { ...dead, alertId: 'forgotten' });
    const { forwarding, dead: shown } = await stage.desk.deliveries();
    expect(forwarding.state).toBe('closed');
    expect(shown).toMatchObject([
      {
        alert: { id: 'd/temperature/0', delivery: 'dead' },
        reason: '410 Gone',
        attempts: 7,
        diedAt: START + MINUTE,
      },
    ]);
    expect(await stage.desk.retry(['d/temperature/0'])).toBe(1);
  });

  it('ALERT-54 tells of each new alert once, with its queue, and not of those of before the start', async () => {
    const stage = await started({ rules: [{ queueId: 'q', deviceId: 'd' }] });
    const heard: PlacedAlert[] = [];
    const unsubscribe = stage.alerts.onRaised((some) => heard.push(...some));
    await stage.take(raised('d', 0), raised('e', 0));
    await stage.take(raised('d', 0), cleared('d', 1));
    expect(heard.map(({ alert, queueId }) => [alert.id, queueId])).toEqual([
      ['d/temperature/0', 'q'],
      ['e/temperature/0', null],
    ]);
    unsubscribe();
    const again = new Stage({}, stage.store, stage.clock);
    stages.push(again);
    again.alerts.onRaised((some) => heard.push(...some));
    await again.start();
    expect(heard).toHaveLength(2);
  });
});
