import { describe, expect, it } from 'vitest';
import { alarmFigures } from '../../../lib/board-alarms';
import { alarmsFrameSchema } from '../../../lib/contracts/alarm';
import { change } from '../../support/fake-kpi-reader';
import { boardOf } from '../../support/push-boards';
import { GROUP } from './alarm-rows';
import { done } from './alarm-stage';
import { stagesOfFile } from './staged';

const MINUTE = 60_000;
const A = 'kpi:queue:a#waiting';
const B = 'kpi:queue:b#waiting';
const _C = 'kpi:queue:c#waiting';

const { made, started: staged } = stagesOfFile();

describe('the alarms of a board', () => {
  it('ALARM-1 are of its tiles, and of its tables the columns that a queue is called for', () => {
    const board = boardOf('x', { strip: [{ id: 's', subject: 'all', kpi: 'waiting', of: 'offered' }] });
    const table = {
      ...{ id: 'q', subjects: 'queues' as const },
      columns: ['offered' as const, 'longestWaitSince' as const, 'alertsCritical' as const],
    };
    const pages = board.pages.map((page) => ({ ...page, table }));
    expect(
      alarmFigures({ ...board, pages }, ['queue:a', 'queue:b']).map((f) => `${f.subject} ${f.kpi}`),
    ).toEqual([
      'all waiting',
      'all agentsAvailable',
      'queue:a longestWaitSince',
      'queue:a alertsCritical',
      'queue:b longestWaitSince',
      'queue:b alertsCritical',
    ]);
  });

  it('ALARM-1 ALARM-5 are one a subject, worst first, what nobody took before the rest', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:a', 'serviceLevel', 'critical', 0.5);
    await stage.figure('all', 'waiting', 'critical');
    await stage.figure('queue:b', 'waiting', 'critical');
    stage.devices.lasting = [GROUP];
    stage.devices.show(0);
    await stage.pass(1_000);
    expect(stage.keys()).toEqual([B, 'kpi:queue:a#serviceLevel', 'devices:g1']);
    await stage.floor.acknowledge({ keys: [B], by: 'Sam' }, done);
    await stage.pass(1_000);
    expect(stage.keys()).toEqual(['kpi:queue:a#serviceLevel', 'devices:g1', B]);
    alarmsFrameSchema.parse({ serverTime: 1, ...stage.frame() });
  });

  it('ALARM-3 stay as they were while their figure is stale, and no new one comes of it', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    const { since } = stage.frame().alarms[0] ?? {};
    await stage.figure('queue:a', 'waiting', 'unknown');
    await stage.figure('queue:b', 'waiting', 'unknown');
    const [held, ...others] = stage.frame().alarms;
    expect([held?.key, held?.since, others]).toEqual([A, since, []]);
    expect(held?.unknownSince).toBeGreaterThan(since ?? 0);
    await stage.figure('queue:a', 'waiting', 'normal');
    expect(stage.keys()).toEqual([]);
  });

  it('ALARM-16 come as one object until they are others, the first change at once, then once a second', async () => {
    const stage = await staged();
    await stage.pass(3_000);
    const before = stage.frame();
    stage.told = 0;
    stage.reader.announce([change('queue:a', 'waiting', 9, { status: 'critical' })]);
    await stage.pass(1);
    expect(stage.told).toBe(1);
    const first = stage.frame();
    expect(first).not.toBe(before);
    for (let i = 0; i < 9; i += 1) {
      stage.reader.announce([change('queue:a', 'waiting', 10 + i, { status: 'critical' })]);
      stage.reader.announce([
        change('queue:b', 'waiting', i, { status: i % 2 === 0 ? 'warning' : 'normal' }),
      ]);
      await stage.pass(100);
    }
    expect([stage.told, stage.frame() === first]).toEqual([1, true]);
    await stage.pass(200);
    expect([stage.told, stage.keys()]).toEqual([2, [A, B]]);
    // A value alone is no other frame.
    await stage.figure('queue:a', 'waiting', 'critical', 50);
    expect(stage.told).toBe(2);
  });

  it('ALARM-17 are watched on the boards of the list whoever looks, on others while somebody looks', async () => {
    const many = Array.from({ length: 51 }, (_, i) => [`b${i}`] as [string]);
    const stage = await staged(...many);
    expect(stage.floor.watch.floors().size).toBe(50);
    await stage.figure('queue:a', 'waiting', 'critical');
    expect(stage.keys('b50')).toEqual([A]);
    expect(stage.floor.watch.sights().has('b50')).toBe(false);
    await stage.pass(2 * MINUTE);
    expect(stage.floor.watch.sights().size).toBe(50);
    expect(stage.floor.frame('nobody')).toBeNull();
  });

  it('ALARM-4 of devices are on the boards whose panels have them, and on all without panels', async () => {
    const page = { id: 'p', title: 'P', seconds: 20, tiles: [], table: null, trends: [] };
    const stage = await staged(
      ['main'],
      ['other', { pages: [{ ...page, alerts: { id: 'a', queueIds: ['q2'] } }] }],
      ['this', { pages: [{ ...page, alerts: { id: 'a', queueIds: ['q1'], levels: ['critical'] } }] }],
    );
    stage.devices.lasting = [GROUP];
    stage.devices.show(0);
    await stage.pass(1_000);
    expect([stage.keys('main'), stage.keys('other'), stage.keys('this')]).toEqual([
      ['devices:g1'],
      [],
      ['devices:g1'],
    ]);
  });

  it('ALARM-4 of devices are also what has no room in their list, and over when it is', async () => {
    const stage = await staged();
    stage.devices.lasting = [GROUP, { ...GROUP, key: 'g2' }];
    stage.devices.show(0);
    await stage.pass(1_000);
    expect(stage.keys()).toEqual(['devices:g1', 'devices:g2']);
    stage.devices.lasting = [GROUP];
    stage.devices.show(0);
    await stage.pass(1_000);
    expect(stage.keys()).toEqual(['devices:g1']);
  });

  it('ALARM-8 of devices are on the boards that count so few of them', async () => {
    const stage = await staged(
      ['main'],
      ['lifts', { alertBudget: { most: 1, minutes: 10, devicesFrom: 1 } }],
      ['calm', { alertBudget: { most: 1, minutes: 10, devicesFrom: 20 } }],
    );
    const told = async (devices: number) => {
      stage.devices.lasting = [{ ...GROUP, devices }];
      stage.devices.show(0);
      await stage.pass(1_000);
      return ['main', 'lifts', 'calm'].map((boardId) => stage.keys(boardId).length);
    };
    expect(await told(2)).toEqual([0, 1, 0]);
    expect(await told(3)).toEqual([1, 1, 0]);
    expect(await told(20)).toEqual([1, 1, 1]);
    expect(await told(1)).toEqual([1, 1, 1]);
  });

  it('ALARM-7 are let go a quarter of an hour after no board shows them any more, and kept until then', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    const { since } = stage.frame().alarms[0] ?? {};
    const page = { id: 'p', title: 'P', seconds: 20, tiles: [], table: null, trends: [] };
    const bare = boardOf('main', { pages: [page], strip: [] });
    stage.boards.set([bare]);
    await stage.pass(2_000);
    expect(stage.keys()).toEqual([]);
    stage.boards.set([boardOf('main')]);
    await stage.pass(2_000);
    expect(stage.frame().alarms[0]).toMatchObject({ key: A, since });
    stage.boards.set([bare]);
    await stage.pass(17 * MINUTE);
    expect(stage.floor.watch.book.size).toBe(0);
  });
});

describe('what people do with alarms', () => {
  it('ALARM-20 acknowledging ends the interruption, and is recorded first', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    expect(stage.frame().interruption?.key).toBe(A);
    const recorded: unknown[] = [];
    const record = async (keys: readonly string[]) => void recorded.push(keys);
    expect(await stage.floor.acknowledge({ keys: [A, A, 'kpi:none#waiting'], by: 'Sam' }, record)).toBe(1);
    expect(await stage.floor.acknowledge({ keys: [A], by: 'Kim' }, record)).toBe(0);
    expect(recorded).toEqual([[A]]);
    await stage.pass(1_000);
    expect(stage.frame()).toMatchObject({
      interruption: null,
      alarms: [{ key: A, acknowledgement: { by: 'Sam' } }],
    });
    const never = stage.floor.acknowledge({ keys: [B], by: 'Sam' }, () => Promise.reject(new Error('full')));
    expect(await never).toBe(0);
    await stage.figure('queue:b', 'waiting', 'critical');
    const refused = stage.floor.acknowledge({ keys: [B], by: 'Sam' }, () =>
      Promise.reject(new Error('full')),
    );
    await expect(refused).rejects.toThrow('full');
    expect(stage.floor.watch.book.get(B)?.acknowledgement).toBeNull();
  });

  it('ALARM-20 those of devices are acknowledged as their group, and nowhere else', async () => {
    const stage = await staged();
    stage.devices.lasting = [GROUP];
    stage.devices.show(0);
    await stage.pass(1_000);
    expect(await stage.floor.acknowledge({ keys: ['devices:g1'], by: 'Sam' }, done)).toBe(3);
    expect(stage.devices.asked).toEqual([{ group: 'g1', note: '', by: 'Sam' }]);
    await stage.pass(1_000);
    expect(stage.frame().alarms[0]?.acknowledgement).toBeNull();
    stage.devices.lasting = [{ ...GROUP, unacknowledged: 0, acknowledgedBy: 'Sam' }];
    stage.devices.show(0);
    await stage.pass(1_000);
    expect(stage.frame().alarms[0]?.acknowledgement?.by).toBe('Sam');
  });

  it('ALARM-20 `flood` is all that is in the flood of a board', async () => {
    const queues = Array.from({ length: 12 }, (_, i) => `queue:f${i}`);
    const stage = made();
    stage.reader.list(queues);
    await stage.start();
    stage.reader.announce(queues.map((queue) => change(queue, 'waiting', 9, { status: 'warning' })));
    await stage.pass(2_000);
    expect(stage.frame()).toMatchObject({ alarms: [], flood: { count: 12 }, interruption: { key: 'flood' } });
    expect(stage.floor.flooded('main')).toHaveLength(12);
    expect(stage.floor.counted('main')).toMatchObject({ interrupted: [{ key: 'flood' }], unlisted: [] });
    expect(stage.floor.counted('main').flooded).toHaveLength(12);
    expect(stage.floor.counted('nobody').flooded).toEqual([]);
    expect(await stage.floor.acknowledge({ keys: ['flood'], boardId: 'other', by: 'Sam' }, done)).toBe(0);
    expect(await stage.floor.acknowledge({ keys: ['flood'], boardId: 'main', by: 'Sam' }, done)).toBe(12);
    await stage.pass(1_000);
    expect(stage.frame().interruption).toBeNull();
    await stage.pass(MINUTE);
    expect(stage.frame()).toMatchObject({ flood: null, interruptions: 1 });
    expect(stage.keys()).toHaveLength(12);
  });

  it('ALARM-21 what is on the shelf is counted and not listed, and comes back by itself, also after a restart', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    await stage.figure('queue:b', 'waiting', 'critical');
    const shelved = await stage.floor.shelve({ key: B, minutes: 20, reason: 'a campaign' }, 'Sam', done);
    expect(shelved).toMatchObject({ ok: true, value: { key: B, reason: 'a campaign', by: 'Sam' } });
    await stage.pass(1_000);
    expect([stage.keys(), stage.frame().shelved]).toEqual([[A], 1]);
    expect(stage.floor.counted('main')).toMatchObject({ shelved: [B], flooded: [] });
    await stage.pass(11 * MINUTE);
    expect(stage.frame().interruption).toBeNull();
    await stage.restart();
    expect([stage.keys(), stage.floor.shelves().length]).toEqual([[A], 1]);
    await stage.pass(9 * MINUTE - 5_000);
    expect([stage.keys(), stage.frame().shelved, stage.floor.shelves()]).toEqual([[A, B], 0, []]);
    expect(stage.frame().interruption?.key).toBe(B);
    expect(await stage.store.list('alarm-shelf')).toEqual([]);
  });

  it('ALARM-21 two hundred at most, of alarms that last, each recorded before it is done', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    const wish = { key: A, minutes: 5, reason: 'r' };
    expect(await stage.floor.shelve({ ...wish, key: B }, 'Sam', done)).toEqual({
      ok: false,
      error: 'unknown',
    });
    const refused = stage.floor.shelve(wish, 'Sam', () => Promise.reject(new Error('full')));
    await expect(refused).rejects.toThrow('full');
    expect(stage.floor.shelves()).toEqual([]);
    for (let i = 0; i < 200; i += 1)
      stage.floor.shelved.put({ ...wish, key: `k${i}`, by: null, since: 0, until: 9e15 }, { at: 0, tick: 0 });
    expect(await stage.floor.shelve(wish, 'Sam', done)).toEqual({ ok: false, error: 'full' });
    expect(await stage.floor.unshelve('k0', done)).toBe(true);
    expect(await stage.floor.unshelve('k0', done)).toBe(false);
    expect(await stage.floor.shelve(wish, 'Sam', done)).toMatchObject({ ok: true });
  });

  it('ALARM-22 of a shelved figure another one of its subject may speak, and no roll-up', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    await stage.figure('all', 'waiting', 'critical');
    await stage.figure('queue:a', 'serviceLevel', 'warning', 0.7);
    expect(stage.keys()).toEqual([A]);
    await stage.floor.shelve({ key: A, minutes: 5, reason: 'r' }, 'Sam', done);
    await stage.pass(1_000);
    expect(stage.keys()).toEqual(['kpi:queue:a#serviceLevel']);
  });
});
