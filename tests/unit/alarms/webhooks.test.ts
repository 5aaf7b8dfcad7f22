import { afterEach, describe, expect, it } from 'vitest';
import type { AlarmCall } from '../../../server/store/alarm-documents';
import { change } from '../../support/fake-kpi-reader';
import { boardOf } from '../../support/push-boards';
import { AlarmStage, done } from './alarm-stage';

const MINUTE = 60_000;
const A = 'kpi:queue:a#waiting';
const SECRET = 'a-secret-of-the-hook-9k2';

let open: AlarmStage[] = [];
async function staged(boards = [boardOf('main')]): Promise<AlarmStage> {
  const stage = new AlarmStage(boards);
  open.push(stage);
  return stage.start();
}
afterEach(async () => {
  for (const stage of open) await stage.stop();
  open = [];
});

describe('what a webhook is told', () => {
  it('ALARM-30 that an alarm came, was taken and is over, each once', async () => {
    const stage = await staged();
    await stage.hook();
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:a', 'waiting', 'warning', 12);
    await stage.figure('queue:a', 'waiting', 'unknown');
    await stage.figure('queue:a', 'waiting', 'critical');
    await stage.floor.acknowledge({ keys: [A], by: 'Sam' }, done);
    await stage.pass(1_000);
    await stage.figure('queue:a', 'waiting', 'normal');
    expect(stage.calls).toEqual([`raised ${A}`, `raised ${A}`, `acknowledged ${A}`, `cleared ${A}`]);
    expect(stage.posted.map(({ body }) => body.alarm?.level)).toEqual([
      'warning',
      'critical',
      'critical',
      'critical',
    ]);
    expect(new Set(stage.posted.map(({ id }) => id)).size).toBe(4);
  });

  it('ALARM-30 by its levels and boards, once for several boards', async () => {
    const stage = await staged([boardOf('main'), boardOf('second')]);
    await stage.hook();
    await stage.hook({ id: 'h2', levels: ['critical'] });
    await stage.hook({ id: 'h3', boardIds: ['third'] });
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:b', 'waiting', 'critical');
    expect(stage.posted.map(({ hook, body }) => `${hook} ${body.alarm?.key}`)).toEqual([
      `h1 ${A}`,
      'h1 kpi:queue:b#waiting',
      'h2 kpi:queue:b#waiting',
    ]);
  });

  it('ALARM-30 not of what is on the shelf; of its end once it comes back', async () => {
    const stage = await staged();
    await stage.hook();
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.floor.shelve({ key: A, minutes: 5, reason: 'r' }, 'Sam', done);
    await stage.figure('queue:a', 'waiting', 'normal');
    await stage.figure('queue:a', 'waiting', 'critical');
    await stage.figure('queue:a', 'waiting', 'normal');
    expect(stage.calls).toEqual([`raised ${A}`]);
    await stage.pass(5 * MINUTE);
    expect(stage.calls).toEqual([`raised ${A}`, `cleared ${A}`]);
  });

  it('ALARM-30 of a flood by one call, and by one that it is over', async () => {
    const stage = new AlarmStage();
    open.push(stage);
    const queues = Array.from({ length: 12 }, (_, i) => `queue:f${i}`);
    stage.reader.list(queues);
    await stage.start();
    await stage.hook();
    stage.reader.announce(queues.map((queue) => change(queue, 'waiting', 9, { status: 'warning' })));
    await stage.pass(2_000);
    expect(stage.calls).toEqual(['raised flood']);
    expect(stage.posted[0]?.body).toMatchObject({ flood: { boardId: 'main', count: 12 } });
    await stage.pass(2 * MINUTE);
    stage.reader.announce(queues.map((queue) => change(queue, 'waiting', 0)));
    await stage.pass(2_000);
    expect(stage.calls).toEqual(['raised flood', 'cleared flood']);
  });

  it('ALARM-31 a restart tells nothing anew, and what was over meanwhile', async () => {
    const stage = await staged();
    await stage.hook();
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:b', 'waiting', 'warning');
    await stage.pass(0);
    stage.reader.announce([change('queue:b', 'waiting', 0)]);
    await stage.restart();
    await stage.pass(5_000);
    expect(stage.calls).toEqual([`raised ${A}`, 'raised kpi:queue:b#waiting', 'cleared kpi:queue:b#waiting']);
  });

  it('ALARM-31 one that was entered just now hears nothing of what lasts', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.hook();
    await stage.figure('queue:b', 'waiting', 'warning');
    await stage.figure('queue:a', 'waiting', 'normal');
    expect(stage.calls).toEqual(['raised kpi:queue:b#waiting']);
  });

  it('ALARM-39 who took it only where every board of the alarm may name people', async () => {
    const named = { names: 'full' as const, minimumGroup: 0, loneWaiterDelaySeconds: 0 };
    const stage = await staged([boardOf('main', { audience: named }), boardOf('second')]);
    await stage.hook({ boardIds: ['main'] });
    await stage.hook({ id: 'h2' });
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.floor.acknowledge({ keys: [A], by: 'Sam Ortiz' }, done);
    await stage.pass(2_000);
    const acknowledged = stage.posted.filter(({ body }) => body.event === 'acknowledged');
    expect(acknowledged.map(({ hook, body }) => [hook, body.alarm])).toMatchObject([
      ['h1', { acknowledgement: { by: 'Sam Ortiz' } }],
      ['h2', { acknowledgement: { by: null } }],
    ]);
    const others = stage.posted.filter(({ hook }) => hook === 'h2');
    expect(JSON.stringify(others)).not.toContain('Sam');
  });
});

describe('calls that wait', () => {
  it('ALARM-34 are tried again with back-off, in order, until the target takes them', async () => {
    const stage = await staged();
    await stage.hook();
    stage.answer = () => ({ kind: 'later', reason: '500', floorMs: 0 });
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:a', 'waiting', 'normal');
    expect(stage.floor.webhooks().webhooks[0]).toMatchObject({
      waiting: 2,
      failure: '500',
      lastSentAt: null,
    });
    await stage.pass(20_000);
    const tries = stage.posted.length;
    expect(new Set(stage.calls)).toEqual(new Set([`raised ${A}`]));
    expect(tries).toBeGreaterThan(3);
    stage.answer = () => ({ kind: 'sent' });
    await stage.pass(6 * MINUTE);
    expect(stage.calls.slice(tries)).toEqual([`raised ${A}`, `cleared ${A}`]);
    expect(stage.posted[tries]?.id).toBe(stage.posted[0]?.id);
    expect(stage.floor.webhooks().webhooks[0]).toMatchObject({ waiting: 0, failure: null });
    expect(await stage.store.list('alarm-call')).toEqual([]);
  });

  it('ALARM-34 of one target hold up no other, and what fails for ever is left alone for a minute at a time', async () => {
    const stage = await staged();
    await stage.hook({ id: 'bad' });
    await stage.hook({ id: 'good' });
    stage.answer = ({ hook }) =>
      hook === 'bad' ? { kind: 'later', reason: 'away', floorMs: 0 } : { kind: 'sent' };
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:a', 'waiting', 'normal');
    expect(stage.posted.filter(({ hook }) => hook === 'good').map(({ body }) => body.event)).toEqual([
      'raised',
      'cleared',
    ]);
    await stage.pass(60 * MINUTE);
    const tries = stage.posted.filter(({ hook }) => hook === 'bad').length;
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(40);
  });

  it('ALARM-34 that a target refuses for good are given up, and the next one goes', async () => {
    const stage = await staged();
    await stage.hook();
    stage.answer = ({ body }) =>
      body.event === 'raised' ? { kind: 'refused', reason: '410 gone' } : { kind: 'sent' };
    await stage.figure('queue:a', 'waiting', 'warning');
    expect(stage.floor.webhooks().webhooks[0]).toMatchObject({ waiting: 0, failure: '410 gone' });
    await stage.figure('queue:a', 'waiting', 'normal');
    expect(stage.calls).toEqual([`raised ${A}`, `cleared ${A}`]);
    expect(stage.floor.hooks.queue.counts).toEqual({ sent: 1, refused: 1, dropped: 0 });
  });

  it('ALARM-35 survive a restart, and are sent then', async () => {
    const stage = await staged();
    await stage.hook();
    stage.answer = () => ({ kind: 'later', reason: 'away', floorMs: 0 });
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:a', 'waiting', 'normal');
    await stage.pass(0);
    stage.answer = () => ({ kind: 'sent' });
    const [first] = stage.posted;
    stage.posted.length = 0;
    await stage.restart();
    expect(stage.calls).toEqual([`raised ${A}`, `cleared ${A}`]);
    expect(stage.posted[0]?.id).toBe(first?.id);
    await stage.figure('queue:a', 'waiting', 'warning');
    expect(stage.posted.at(-1)?.id).not.toBe(first?.id);
  });

  it('ALARM-35 are two hundred at most: the oldest gives way and is counted', async () => {
    const stage = await staged();
    await stage.hook();
    stage.answer = () => ({ kind: 'later', reason: 'away', floorMs: 0 });
    const { queue } = stage.floor.hooks;
    const call = (at: number): AlarmCall => ({
      ...{ webhookId: 'h1', event: 'raised', at, alarm: null, flood: null, boardIds: [] },
    });
    const now = stage.clock.now();
    const writes = queue.add(Array.from({ length: 205 }, (_, i) => call(now + i)));
    expect([queue.size, queue.counts.dropped]).toEqual([200, 5]);
    expect(writes.filter(({ write }) => write === 'delete').map(({ id }) => Number(id))).toEqual([
      1, 2, 3, 4, 5,
    ]);
    // A day later they tell nobody anything.
    await stage.pass(0);
    stage.clock.jumpWallClock(25 * 3_600_000);
    queue.add([call(stage.clock.now())]);
    expect([queue.size, stage.floor.webhooks().dropped]).toEqual([1, 205]);
  });
});

describe('the list of webhooks', () => {
  it('ALARM-38 never tells a secret, and keeps it with its address only', async () => {
    const stage = await staged();
    await stage.hook({ secret: SECRET });
    expect(JSON.stringify(stage.floor.webhooks())).not.toContain(SECRET);
    const save = async (more: object) => {
      const { revision, webhooks } = stage.floor.webhooks();
      const [{ id, name, url, format, levels, boardIds } = webhooks[0] ?? never()] = webhooks;
      const hook = { id, name, url, format, levels, boardIds, ...more };
      const saved = await stage.floor.saveWebhooks({ revision, webhooks: [hook] }, done);
      return saved.ok ? saved.value.webhooks[0]?.hasSecret : saved.error;
    };
    expect(await save({ name: 'Other' })).toBe(true);
    expect(await save({ url: 'https://chat.example.com/other' })).toBe(true);
    expect(await save({ url: 'https://evil.example.com/hook' })).toBe(false);
    expect(await save({ url: 'https://chat.example.com/hook' })).toBe(false);
  });

  it('ALARM-40 is replaced as a whole on top of what was read, recorded before it is done', async () => {
    const stage = await staged();
    await stage.hook();
    const wish = { revision: 0, webhooks: [] };
    expect(await stage.floor.saveWebhooks(wish, done)).toEqual({ ok: false, error: { kind: 'changed' } });
    const { revision } = stage.floor.webhooks();
    const refused = stage.floor.saveWebhooks({ ...wish, revision }, () => Promise.reject(new Error('full')));
    await expect(refused).rejects.toThrow('full');
    const recorded: unknown[] = [];
    await stage.floor.saveWebhooks({ ...wish, revision }, async (about) => void recorded.push(about));
    expect(recorded).toEqual([{ before: 1, after: 0, hosts: [] }]);
    await stage.figure('queue:a', 'waiting', 'warning');
    expect(stage.calls).toEqual([]);
  });
});

function never(): never {
  throw new Error('there is one');
}
