import { describe, expect, it } from 'vitest';
import type { AgentDevice } from '../../../../lib/contracts/device';
import { ok } from '../../../../lib/result';
import { calm } from './cloud-stage';
import { ALL, AWAY, agent, customer, deskStage, interaction } from './desk-stage';

const DEVICE = { attributes: { deviceId: 'd1' } };
const online = (battery: number) => ({ status: 200, body: { status: 'online', battery_level: battery } });

describe('watching the device of a conversation', () => {
  it('DEV-12 tells how things are, then of each change, once to each', async () => {
    const { desk, world, clock, told, tell, calls } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    desk.watch('i1', ALL, tell);
    desk.watch('i1', ALL, tell);
    await calm();
    expect(told.map(({ telemetry }) => telemetry.battery)).toEqual([80, 80]);
    await clock.advanceAsync(60_000, 1_000);
    expect(told).toHaveLength(2);
    world.devices.set('d1', online(70));
    await clock.advanceAsync(30_000, 1_000);
    expect(told.slice(2).map(({ telemetry }) => telemetry.battery)).toEqual([70, 70]);
    expect(told.every(({ interactionId }) => interactionId === 'i1')).toBe(true);
    // The first, then each 15 s, sooner after the change.
    expect(calls.length).toBeLessThan(14);
    desk.stop();
  });

  it('DEV-12 does not tell again what he was told on coming, only what became of it', async () => {
    const { desk, world, clock, told, tell } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    const first = await desk.ofInteraction('i1', ALL);
    desk.watch('i1', ALL, tell, first ?? undefined);
    await clock.advanceAsync(30_000, 1_000);
    expect(told).toEqual([]);
    world.devices.set('d1', online(70));
    await desk.status({ device_id: 'd1' });
    desk.watch('i1', ALL, tell, first ?? undefined);
    await clock.advanceAsync(20_000, 1_000);
    expect(told.map(({ telemetry }) => telemetry.battery)).toEqual([70, 70]);
    desk.stop();
  });

  it('DEV-12 asks for one device once, whatever the number of its conversations', async () => {
    const { desk, world, clock, calls, told, tell } = deskStage();
    for (let n = 0; n < 50; n++) {
      world.interactions.set(`i${n}`, ok(interaction(`i${n}`, DEVICE)));
      desk.watch(`i${n}`, ALL, tell);
    }
    await clock.advanceAsync(14_000, 1_000);
    expect([calls.length, told.length]).toEqual([1, 50]);
    desk.stop();
  });

  it('DEV-12 is not harmed by a watcher that throws', async () => {
    const { desk, world, told, tell, lines } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    desk.watch('i1', ALL, () => {
      throw new Error('broken');
    });
    desk.watch('i1', ALL, tell);
    await calm();
    expect(told).toHaveLength(1);
    expect(lines.join()).toContain('a watcher of a device failed');
    desk.stop();
  });

  it('DEV-14 tells an agent nothing of another one’s, also where Genesys could not be asked at first', async () => {
    const { desk, world, clock, told, tell } = deskStage();
    world.interactions.set('i1', AWAY);
    const first = await desk.ofInteraction('i1', agent('u9'));
    expect(first).toMatchObject({ telemetry: { reason: { code: 'unavailable' } } });
    const mine: AgentDevice[] = [];
    desk.watch('i1', agent('u9'), tell, first ?? undefined);
    desk.watch('i1', agent('user-1'), (device) => mine.push(device), first ?? undefined);
    world.interactions.set('i1', ok(interaction('i1', { attributes: { deviceId: 'd1' } })));
    world.customers.set('deviceId:d1', ok([customer('c1', 'd1')]));
    await clock.advanceAsync(60_000, 1_000);
    world.devices.set('d1', online(70));
    await clock.advanceAsync(60_000, 1_000);
    expect(mine.map(({ telemetry }) => telemetry.battery)).toEqual([80, 70]);
    expect(told).toMatchObject([
      { customerId: null, telemetry: { deviceId: null, reason: { code: 'no-match' } } },
    ]);
    desk.stop();
  });

  it('DEV-14 tells an agent who is connected meanwhile', async () => {
    const { desk, world, clock, told, tell } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    desk.watch('i1', agent('u2'), tell);
    await clock.advanceAsync(2_000, 1_000);
    expect(told.map(({ telemetry }) => telemetry.deviceId)).toEqual([null]);
    world.interactions.set('i1', ok(interaction('i1', { ...DEVICE, agentUserIds: ['user-1', 'u2'] })));
    await clock.advanceAsync(70_000, 1_000);
    expect(told.map(({ telemetry }) => telemetry.deviceId)).toEqual([null, 'd1']);
    desk.stop();
  });

  it('DEV-15 tells of another device when the flow has learnt it', async () => {
    const { desk, world, clock, told, tell, metrics } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', { customerAni: '+353' })));
    desk.watch('i1', ALL, tell);
    await calm();
    expect(told.at(-1)?.telemetry.reason?.code).toBe('no-match');
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    world.customers.set('deviceId:d1', ok([customer('c1', 'd1')]));
    await clock.advanceAsync(16_000, 1_000);
    expect(told).toHaveLength(2);
    expect(told.at(-1)).toMatchObject({
      customerId: 'c1',
      telemetry: { deviceId: 'd1', deviceStatus: 'online' },
    });
    world.interactions.set('i1', ok(interaction('i1', { attributes: { deviceId: 'd2' } })));
    await clock.advanceAsync(61_000, 1_000);
    expect(told.at(-1)).toMatchObject({ customerId: null, telemetry: { deviceId: 'd2' } });
    // The one before is watched no longer.
    expect(await metrics.expose()).toContain('floorcast_device_cloud_watched 1\n');
    world.interactions.set('i1', ok(interaction('i1')));
    await clock.advanceAsync(61_000, 1_000);
    expect(told.at(-1)).toMatchObject({ telemetry: { deviceId: null, reason: { code: 'no-match' } } });
    expect(await metrics.expose()).toContain('floorcast_device_cloud_watched 0\n');
    desk.stop();
  });

  it('DEV-15 tells at once where somebody who looks finds out', async () => {
    const { desk, world, clock, told, tell } = deskStage();
    world.interactions.set('i1', ok(interaction('i1')));
    desk.watch('i1', ALL, tell);
    await clock.advanceAsync(6_000, 1_000);
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    expect(await desk.ofInteraction('i1', ALL)).toMatchObject({ telemetry: { deviceId: 'd1' } });
    await calm();
    expect(told.at(-1)).toMatchObject({ telemetry: { deviceId: 'd1', deviceStatus: 'online' } });
    desk.stop();
  });

  it('DEV-15 goes by what was learnt while the customer was still looked up', async () => {
    let found: () => void = () => {};
    const slow = new Promise<void>((resolve) => {
      found = resolve;
    });
    const find = async () => {
      await slow;
      return ok([]);
    };
    const { desk, world, clock, told, tell } = deskStage({ customers: { find } });
    world.interactions.set('i1', ok(interaction('i1', { customerAni: '+353' })));
    desk.watch('i1', ALL, tell);
    await clock.advanceAsync(3_000, 1_000);
    world.interactions.set('i1', ok(interaction('i1', { ...DEVICE, agentUserIds: ['u2'] })));
    const looking = desk.ofInteraction('i1', agent('u2'));
    await calm();
    found();
    expect(await looking).toMatchObject({ telemetry: { deviceId: 'd1' } });
    await calm();
    expect(told.map(({ telemetry }) => telemetry.deviceId)).toEqual(['d1']);
    desk.stop();
  });

  it('DEV-15 leaves the device as it is while Genesys cannot be asked', async () => {
    const { desk, world, clock, told, tell, calls } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    desk.watch('i1', ALL, tell);
    await calm();
    world.interactions.set('i1', AWAY);
    await clock.advanceAsync(300_000, 1_000);
    expect(told).toHaveLength(1);
    expect(calls.length).toBeGreaterThan(15);
    desk.stop();
  });

  it('DEV-11 asks Genesys about once a minute, and not after a conversation that is over', async () => {
    const { desk, world, clock, readings, tell } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    desk.watch('i1', ALL, tell);
    await clock.advanceAsync(300_000, 1_000);
    expect(readings.length).toBeGreaterThanOrEqual(5);
    expect(readings.length).toBeLessThanOrEqual(7);
    world.interactions.set('i1', ok(interaction('i1', { ...DEVICE, isOver: true })));
    await clock.advanceAsync(61_000, 1_000);
    const before = readings.length;
    await clock.advanceAsync(600_000, 5_000);
    expect(readings).toHaveLength(before);
    desk.stop();
  });

  it('DEV-3 tells of trouble with the cloud, and of its end', async () => {
    const { desk, world, clock, told, tell } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    desk.watch('i1', ALL, tell);
    await calm();
    world.devices.set('d1', { status: 503 });
    await clock.advanceAsync(40_000, 500);
    world.devices.set('d1', online(80));
    await clock.advanceAsync(120_000, 500);
    expect(told.map(({ telemetry }) => telemetry.reason?.code ?? telemetry.deviceStatus)).toEqual([
      'online',
      'unavailable',
      'online',
    ]);
    desk.stop();
  });

  it('DEV-13 tells one watcher too many that he is, and takes him when there is room', async () => {
    const { desk, world, clock, told, tell } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    const leaves = Array.from({ length: 2_000 }, (_, n) => desk.watch(`other-${n}`, ALL, () => {}));
    desk.watch('i1', ALL, tell)();
    expect(told).toMatchObject([{ telemetry: { deviceStatus: 'unknown', reason: { code: 'unavailable' } } }]);
    leaves[0]?.();
    desk.watch('i1', ALL, tell);
    await clock.advanceAsync(20_000, 1_000);
    expect(told.at(-1)).toMatchObject({ telemetry: { deviceId: 'd1', deviceStatus: 'online' } });
    for (const leave of leaves) leave();
    desk.stop();
  });

  it('DEV-19 ends with the last who watches, and with the desk', async () => {
    const { desk, world, clock, calls, readings, tell } = deskStage();
    world.interactions.set('i1', ok(interaction('i1', DEVICE)));
    const leave = desk.watch('i1', ALL, tell);
    await calm();
    leave();
    expect(clock.pendingCount).toBe(0);
    desk.watch('i1', ALL, tell);
    desk.start();
    await calm();
    desk.stop();
    const before = [calls.length, readings.length];
    await clock.advanceAsync(600_000, 10_000);
    expect([[calls.length, readings.length], clock.pendingCount]).toEqual([before, 0]);
  });
});
