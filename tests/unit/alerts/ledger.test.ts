import { afterEach, describe, expect, it } from 'vitest';
import type { AlertsOptions } from '../../../server/alerts/alerts';
import { UNIT_SIZE } from '../../../server/alerts/ledger-writer';
import type { MemoryAlertStore } from '../../support/memory-alert-store';
import {
  cleared,
  figures,
  HOUR,
  MINUTE,
  message,
  parse,
  presence,
  raised,
  START,
  Stage,
} from './ledger-stage';

const stages: Stage[] = [];
async function started(more: Partial<AlertsOptions> = {}, store?: MemoryAlertStore): Promise<Stage> {
  const stage = await new Stage(more, store).start();
  stages.push(stage);
  return stage;
}
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
});

const stateOf = (stage: Stage, id: string) => stage.store.alerts.get(id)?.state;
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => raised(`d${n}`, from + n));

describe('taking messages', () => {
  it('ALERT-26 resolves when all of it is stored; only then figures, boards and the outbox move', async () => {
    const stage = await started();
    let open = () => {};
    stage.store.gate = new Promise((resolve) => {
      open = resolve;
    });
    let isDone = false;
    const taking = stage.take(raised('d', 0)).then(() => {
      isDone = true;
    });
    await stage.settle();
    expect([isDone, stage.told.length, stage.handedOn.length, stage.desk.frame().groups.length]).toEqual([
      false,
      0,
      0,
      0,
    ]);
    open();
    await taking;
    await stage.settle();
    expect([stage.handedOn.length, stage.desk.frame().groups.length]).toEqual([1, 1]);
    expect(stage.figures()).toEqual(
      new Map([['unmapped', figures({ critical: 1, unacknowledged: 1, today: 1 })]]),
    );
  });

  it.each(['failure', 'lateFailure'] as const)(
    'ALERT-26 rejects where it cannot be stored (%s), with nothing moved, and takes it when it comes again',
    async (kind) => {
      const stage = await started();
      await stage.take(raised('d', 0));
      await stage.settle();
      const frame = stage.desk.frame();
      stage.store[kind] = new Error('disk full');
      const batch = [raised('d', 1), raised('e', 1), cleared('d', 5), presence('e', 'offline')];
      await expect(stage.take(...batch)).rejects.toThrow('disk full');
      await stage.settle();
      expect(stage.desk.frame()).toBe(frame);
      await expect(stage.desk.acknowledge({ ids: ['d/temperature/0'], note: '' }, 'Ada')).rejects.toThrow();
      stage.store[kind] = null;
      await stage.take(...batch);
      await stage.take(...batch);
      await stage.settle();
      expect(stage.figures().get('unmapped')).toEqual(
        figures({ critical: 1, unacknowledged: 1, today: 3, offline: 1 }),
      );
      expect(stage.handedOn.map(({ alertId }) => alertId)).toEqual([
        'd/temperature/0',
        'd/temperature/1',
        'e/temperature/1',
      ]);
      const fresh = await stage.restarted();
      await fresh.settle();
      expect(fresh.figures()).toEqual(stage.figures());
      await fresh.stop();
    },
  );

  it('ALERT-27 stores a large batch in several transactions, and lets others in between', async () => {
    const stage = await started();
    const taking = stage.take(...many(3 * UNIT_SIZE));
    await new Promise((resolve) => setImmediate(resolve));
    const acknowledging = stage.desk.acknowledge({ ids: ['d0/temperature/0'], note: '' }, 'Ada');
    await Promise.all([taking, acknowledging]);
    expect(await acknowledging).toBe(1);
    const sizes = stage.store.units.map(({ newAlerts }) => newAlerts.length);
    expect(sizes.filter((size) => size > 0)).toEqual([UNIT_SIZE, UNIT_SIZE, UNIT_SIZE]);
    expect(sizes.at(-1)).toBe(UNIT_SIZE);
    expect(stage.store.alerts.size).toBe(3 * UNIT_SIZE);
  });

  it('ALERT-27 stores a clearing of thousands in steps, the message itself with the last', async () => {
    const stage = await started();
    const count = 2 * UNIT_SIZE + 7;
    await stage.take(...Array.from({ length: count }, (_, n) => raised('d', n)));
    const before = stage.store.units.length;
    await stage.take(cleared('d', count), raised('d', count + 1));
    const units = stage.store.units.slice(before);
    expect(
      units.map((unit) => [unit.changedAlerts.length, unit.devices.length, unit.newAlerts.length]),
    ).toEqual([
      [UNIT_SIZE, 0, 0],
      [UNIT_SIZE, 0, 0],
      [7, 1, 1],
    ]);
    expect(stage.desk.devices()[0]?.devices[0]).toMatchObject({ critical: 1 });
  });

  it('ALERT-35 loses only the message that its parser cannot take', async () => {
    const stage = await started({
      parse: (one) => {
        const incoming = parse(one);
        if (incoming.kind === 'presence') throw new Error('bug');
        return incoming;
      },
    });
    await stage.take(raised('d', 0), presence('d', 'offline'), raised('e', 0));
    expect(stage.store.alerts.size).toBe(2);
    expect(await stage.desk.refused()).toMatchObject({
      counts: [{ reason: 'wrong-shape', count: 1 }],
      messages: [{ reason: 'wrong-shape' }],
    });
  });

  it('ALERT-26 takes nothing before it has read the store, nor after its end', async () => {
    const stage = new Stage();
    await expect(stage.take(raised('d', 0))).rejects.toThrow('not open');
    await stage.start();
    await stage.stop();
    await expect(stage.take(raised('d', 0))).rejects.toThrow('not open');
    expect(stage.store.alerts.size).toBe(0);
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('ALERT-36 makes deliveries with their alerts: of new active ones of the levels that are passed on', async () => {
    const stage = await started();
    await stage.take(
      cleared('d', 5),
      raised('d', 4),
      raised('d', 6),
      raised('d', 7, { level: 'warning' }),
      raised('d', 6),
    );
    const [unit] = stage.store.units;
    expect(unit?.newAlerts).toHaveLength(3);
    expect(unit?.deliveries.map(({ alertId, state, attempts }) => [alertId, state, attempts])).toEqual([
      ['d/temperature/6', 'waiting', 0],
    ]);
  });

  it('ALERT-36 numbers them upwards, also over restarts where the newest is sent and gone', async () => {
    const stage = await started();
    await stage.take(raised('d', -1));
    await stage.take(raised('d', 0), raised('d', 1));
    stage.store.deliveryRows.delete('d/temperature/1');
    stage.clock.advance(1_000);
    const fresh = await stage.restarted();
    await fresh.take(raised('d', 2));
    fresh.clock.jumpWallClock(-HOUR);
    const again = await fresh.restarted();
    await again.take(raised('d', 3));
    const seqs = [...stage.handedOn, ...fresh.handedOn, ...again.handedOn].map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    expect(seqs).toHaveLength(5);
    await again.stop();
  });
});

describe('acknowledging', () => {
  it('ALERT-28 notes who, when and why; twice counts once, and what is not there not at all', async () => {
    const stage = await started();
    await stage.take(raised('d', 0), raised('e', 0), raised('d', 9));
    await stage.take(cleared('d', 1));
    stage.clock.advance(MINUTE);
    const ids = ['d/temperature/0', 'e/temperature/0', 'e/temperature/0', '__proto__'];
    const wish = { ids, note: 'on my way' };
    expect(await stage.desk.acknowledge(wish, 'Ada')).toBe(2);
    expect(await stage.desk.acknowledge({ ids, note: 'no, mine' }, 'Bob')).toBe(0);
    expect(stateOf(stage, 'd/temperature/0')).toBe('cleared-acknowledged');
    const { alerts } = await stage.desk.find({ state: 'active', limit: 9 });
    expect(alerts.map(({ id, state, acknowledgement }) => [id, state, acknowledgement])).toEqual([
      ['d/temperature/9', 'active-unacknowledged', null],
      ['e/temperature/0', 'active-acknowledged', { by: 'Ada', at: START + MINUTE + 0.5, note: 'on my way' }],
    ]);
  });

  it('ALERT-28 takes all that is in a group now, however much', async () => {
    const stage = await started();
    await stage.take(...many(UNIT_SIZE + 50), raised('other', 0, { sensorType: 'door' }));
    await stage.settle();
    const group = stage.desk.frame().groups.find(({ sensorType }) => sensorType === 'temperature');
    expect(await stage.desk.acknowledge({ group: group?.key ?? '', note: '' }, 'Ada')).toBe(UNIT_SIZE + 50);
    expect(await stage.desk.acknowledge({ group: group?.key ?? '', note: '' }, 'Ada')).toBe(0);
    expect(await stage.desk.acknowledge({ group: 'none', note: '' }, 'Ada')).toBe(0);
    await stage.settle();
    expect(
      stage.desk.frame().groups.map(({ unacknowledged, acknowledgedBy }) => [unacknowledged, acknowledgedBy]),
    ).toEqual([
      [1, null],
      [0, 'Ada'],
    ]);
  });
});

describe('upkeep', () => {
  it('ALERT-29 clears by age what nothing cleared, within a minute', async () => {
    const stage = await started({ maxAgeMs: HOUR });
    await stage.take(raised('d', 0), raised('e', 10 * MINUTE), ...many(3 * UNIT_SIZE + 1));
    await stage.clock.advanceAsync(HOUR - 1_000, HOUR - 1_000);
    expect(stateOf(stage, 'd/temperature/0')).toBe('active-unacknowledged');
    await stage.clock.advanceAsync(2 * MINUTE, MINUTE);
    await stage.settle();
    expect(stage.store.alerts.get('d/temperature/0')).toMatchObject({
      state: 'cleared-unacknowledged',
      clearedBy: 'age',
    });
    expect(stateOf(stage, `d${3 * UNIT_SIZE}/temperature/${3 * UNIT_SIZE}`)).toBe('cleared-unacknowledged');
    expect(stateOf(stage, 'e/temperature/600000')).toBe('active-unacknowledged');
  });

  it('ALERT-29 tries again in the next minute where that could not be stored', async () => {
    const stage = await started({ maxAgeMs: HOUR });
    await stage.take(raised('d', 0));
    stage.store.failure = new Error('disk full');
    await stage.clock.advanceAsync(HOUR + MINUTE, MINUTE);
    stage.store.failure = null;
    await stage.clock.advanceAsync(MINUTE);
    await stage.settle();
    expect(stateOf(stage, 'd/temperature/0')).toBe('cleared-unacknowledged');
  });

  it('ALERT-30 forgets what is closed for long, step by step, and closes what nobody took in that time', async () => {
    const stage = await started({ maxAgeMs: HOUR, keepMs: 48 * HOUR });
    await stage.take(...many(5), raised('late', 47 * HOUR));
    const ids = ['d0/temperature/0', 'd1/temperature/1', 'd2/temperature/2'];
    await stage.desk.acknowledge({ ids, note: '' }, 'Ada');
    await stage.clock.advanceAsync(2 * HOUR, MINUTE);
    expect(stage.store.alerts.size).toBe(6);
    await stage.clock.advanceAsync(47 * HOUR, 10 * MINUTE);
    await stage.settle();
    await stage.clock.advanceAsync(HOUR);
    await stage.settle();
    expect([...stage.store.alerts.values()].map(({ id }) => id)).toEqual(['late/temperature/169200000']);
    const closed = stage.store.units
      .flatMap((unit) => unit.changedAlerts)
      .filter(({ acknowledgedBy }) => acknowledgedBy === 'Floorcast');
    expect(closed.map(({ deviceId, state }) => [deviceId, state])).toEqual([
      ['d4', 'cleared-acknowledged'],
      ['d3', 'cleared-acknowledged'],
    ]);
    expect(stage.desk.frame().groups.map(({ alerts }) => alerts)).toEqual([1]);
  });
});

it('ALERT-30 leaves alone what is active, however old', async () => {
  const stage = await started({ maxAgeMs: 96 * HOUR, keepMs: 48 * HOUR });
  await stage.take(raised('d', 0));
  await stage.clock.advanceAsync(50 * HOUR, HOUR);
  await stage.settle();
  expect(stateOf(stage, 'd/temperature/0')).toBe('active-unacknowledged');
});

describe('bounds', () => {
  it('ALERT-31 lets cleared alerts leave memory first, and finds and acknowledges them all the same', async () => {
    const stage = await started({ maxOpenAlerts: 3 });
    await stage.take(raised('a', 0), raised('b', 1), cleared('a', 5));
    await stage.take(raised('c', 6), raised('d', 7));
    await stage.settle();
    expect(stateOf(stage, 'a/temperature/0')).toBe('cleared-unacknowledged');
    expect(stage.desk.frame().groups.map(({ alerts, active }) => [alerts, active])).toEqual([[3, 3]]);
    const { alerts } = await stage.desk.find({ state: 'open', limit: 9 });
    expect(alerts).toHaveLength(4);
    expect(await stage.desk.acknowledge({ ids: ['a/temperature/0'], note: '' }, 'Ada')).toBe(1);
    expect(stateOf(stage, 'a/temperature/0')).toBe('cleared-acknowledged');
    await stage.take(raised('a', 0));
    expect(stateOf(stage, 'a/temperature/0')).toBe('cleared-acknowledged');
  });

  it('ALERT-31 clears the oldest active ones by age where that is not enough; figures and store agree', async () => {
    const stage = await started({ maxOpenAlerts: 3 });
    for (const [n, device] of ['a', 'b', 'c', 'd', 'e'].entries()) await stage.take(raised(device, n));
    await stage.settle();
    const stored = [...stage.store.alerts.values()].map(({ deviceId, clearedBy }) => [deviceId, clearedBy]);
    expect(stored).toEqual([
      ['a', 'age'],
      ['b', 'age'],
      ['c', null],
      ['d', null],
      ['e', null],
    ]);
    expect(stage.figures().get('unmapped')).toEqual(figures({ critical: 3, unacknowledged: 3, today: 5 }));
    expect(await stage.metrics.expose()).toContain('floorcast_alerts_crowded_out_total 2');
    const smaller = await stage.restarted({ maxOpenAlerts: 2 });
    await smaller.settle();
    expect(smaller.figures().get('unmapped')).toEqual(figures({ critical: 2, unacknowledged: 2, today: 5 }));
    expect(await smaller.metrics.expose()).toContain('floorcast_alerts_open 2');
    await smaller.stop();
  });

  it('ALERT-32 counts alerts of devices beyond the bound for no queue and no site, also after a restart', async () => {
    const rules = [{ queueId: 'q', deviceId: '*' }];
    const stage = await started({ maxDevices: 1, rules });
    await stage.take(
      raised('a', 0, { site: 'Oslo' }),
      raised('b', 0, { site: 'Oslo' }),
      presence('c', 'offline'),
    );
    const expected = new Map([
      ['queue:q', figures({ critical: 1, unacknowledged: 1, today: 1 })],
      ['site:Oslo', figures({ critical: 1, unacknowledged: 1, today: 1 })],
      ['unmapped', figures({ critical: 1, unacknowledged: 1, today: 1 })],
    ]);
    await stage.settle();
    expect(stage.figures()).toEqual(expected);
    const fresh = await stage.restarted({ maxDevices: 1, rules });
    await fresh.settle();
    expect(fresh.figures()).toEqual(expected);
    await fresh.stop();
  });
});

it('ALERT-21 counts what comes again', async () => {
  const stage = await started();
  await stage.alerts.intake([raised('d', 0), raised('d', 0)].map(message));
  await stage.take(raised('d', 0));
  const text = await stage.metrics.expose();
  expect(text).toContain('floorcast_alerts_raised_total{level="critical"} 1');
  expect(text).toContain('floorcast_alerts_repeated_total 2');
});

it('ALERT-21 counts an alert once that comes by two ways at the same time', async () => {
  const stage = await started();
  await Promise.all([stage.take(raised('d', 0)), stage.take(raised('d', 0))]);
  await stage.settle();
  expect(stage.figures().get('unmapped')).toEqual(figures({ critical: 1, unacknowledged: 1, today: 1 }));
  expect(stage.handedOn).toHaveLength(1);
});
