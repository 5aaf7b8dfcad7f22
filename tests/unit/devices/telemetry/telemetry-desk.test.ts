import { describe, expect, it } from 'vitest';
import { telemetrySchema } from '../../../../lib/contracts/device';
import { ok } from '../../../../lib/result';
import { settled, TIMEOUT } from './cloud-stage';
import { ALL, AWAY, agent, customer, deskStage, interaction } from './desk-stage';

describe('the state of a caller’s device', () => {
  it('DEV-7 is asked for directly where the device is named', async () => {
    const { desk, lookups, calls } = deskStage();
    expect(await desk.status({ device_id: 'SN 1' })).toMatchObject({
      deviceId: 'SN 1',
      deviceStatus: 'online',
    });
    expect(lookups).toEqual([]);
    expect(calls.map(({ url }) => url)).toEqual(['https://cloud.example.com/v1/devices/SN%201/status']);
  });

  it.each([
    [{ account: '42' }, 'account:42'],
    [{ ani: '+353' }, 'ani:+353'],
  ])('DEV-7 is asked for after the customer of %j was found', async (query, lookup) => {
    const { desk, world, lookups, calls } = deskStage();
    world.customers.set(lookup, ok([customer('c1', 'd1')]));
    expect(await desk.status(query)).toMatchObject({ deviceId: 'd1', deviceStatus: 'online', battery: 80 });
    await desk.status(query);
    expect([lookups, calls.length]).toEqual([[lookup], 1]);
  });

  it.each([
    ['nobody', [], 'no-match', 'ask for the serial number'],
    ['a customer without a device', [customer('c1')], 'no-match', 'ask for the serial number'],
    ['two customers', [customer('c1', 'd1'), customer('c2', 'd2')], 'ambiguous', '2 customers'],
    ['three devices', [customer('c1', 'd1', 'd2', 'd3')], 'ambiguous', '3 devices'],
  ])('DEV-8 is not asked for where there is %s', async (_, customers, code, words) => {
    const { desk, world, calls, logins } = deskStage();
    world.customers.set('ani:+353', ok(customers));
    const said = await desk.status({ ani: '+353' });
    expect(telemetrySchema.parse(said)).toMatchObject({
      ...{ deviceId: null, deviceStatus: 'unknown' },
      reason: { code, message: expect.stringContaining(words) },
    });
    expect([calls.length, logins.length]).toEqual([0, 0]);
  });

  it('DEV-8 is looked up again some seconds after nobody was found', async () => {
    const { desk, world, clock } = deskStage();
    expect(await desk.status({ account: '42' })).toMatchObject({ reason: { code: 'no-match' } });
    world.customers.set('account:42', ok([customer('c1', 'd1')]));
    clock.advance(4_999);
    expect(await desk.status({ account: '42' })).toMatchObject({ reason: { code: 'no-match' } });
    clock.advance(1);
    expect(await desk.status({ account: '42' })).toMatchObject({ deviceId: 'd1', reason: null });
  });

  it('DEV-9 is unknown where customers cannot be looked up, and not asked for', async () => {
    const { desk, world, calls } = deskStage();
    world.customers.set('ani:+353', AWAY);
    const said = await desk.status({ ani: '+353' });
    expect(said).toMatchObject({ deviceId: null, reason: { code: 'unavailable' } });
    expect(said.reason?.message).toBe(
      'The list of customers is not available: ask for the serial number of the device.',
    );
    expect(calls).toHaveLength(0);
  });

  it('DEV-9 goes by what was found before while customers cannot be looked up, for ten minutes', async () => {
    const { desk, world, clock, lookups } = deskStage();
    world.customers.set('ani:+353', ok([customer('c1', 'd1')]));
    await desk.status({ ani: '+353' });
    world.customers.set('ani:+353', AWAY);
    clock.advance(599_000);
    expect(await desk.status({ ani: '+353' })).toMatchObject({ deviceId: 'd1', reason: null });
    expect(lookups).toHaveLength(2);
    clock.advance(2_000);
    expect(await desk.status({ ani: '+353' })).toMatchObject({ reason: { code: 'unavailable' } });
  });

  it.each([
    [
      TIMEOUT,
      'timeout',
      'The device cloud did not answer in time: the state of the device is not known now.',
    ],
    [
      { status: 503 },
      'unavailable',
      'The device cloud is not available: the state of the device is not known now.',
    ],
    [
      { status: 404 },
      'not-found',
      'The device cloud does not know this device: the state of the device is not known now.',
    ],
    [
      { status: 403 },
      'unauthorised',
      'The device cloud does not let this server in: the state of the device is not known now.',
    ],
    [{ status: 302 }, 'bad-answer', expect.any(String)],
    [{ status: 200, text: '<html>' }, 'bad-answer', expect.any(String)],
  ])('DEV-3 is unknown, with the reason, after %j', async (reply, code, message) => {
    const { desk, world, clock } = deskStage();
    world.devices.set('d1', reply);
    const said = await settled(clock, desk.status({ device_id: 'd1' }));
    const nothing = { battery: null, firmwareVersion: null, lastSeen: null };
    const asOf = expect.any(Number);
    expect(said).toEqual({
      deviceId: 'd1',
      deviceStatus: 'unknown',
      ...nothing,
      reason: { code, message },
      asOf,
    });
  });

  it('DEV-3 is unknown after eight seconds in any case, and there for the next who asks', async () => {
    let found: (said: ReturnType<typeof ok<ReturnType<typeof customer>[]>>) => void = () => {};
    const customers = {
      find: () =>
        new Promise<ReturnType<typeof ok<ReturnType<typeof customer>[]>>>((resolve) => {
          found = resolve;
        }),
    };
    const { desk, clock } = deskStage({ customers });
    const asking = desk.status({ ani: '+353' });
    await clock.advanceAsync(7_999);
    found(ok([]));
    expect(await asking).toMatchObject({ reason: { code: 'no-match' } });
    const late = desk.status({ ani: '+354' });
    await clock.advanceAsync(8_000);
    expect(await late).toMatchObject({ deviceStatus: 'unknown', reason: { code: 'timeout' } });
    found(ok([customer('c1', 'd1')]));
    expect(await desk.status({ ani: '+354' })).toMatchObject({ deviceId: 'd1', deviceStatus: 'online' });
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-3 of a conversation that Genesys does not come out with is unknown after eight seconds', async () => {
    const find = () => new Promise<never>(() => {});
    const nothing = async () => ok(undefined);
    const interactions = { find, setAttributes: nothing, rolesOf: async () => ok([]) };
    const { desk, clock } = deskStage({ interactions });
    const asking = desk.ofInteraction('i1', agent('u1'));
    await clock.advanceAsync(8_000);
    expect(await asking).toMatchObject({
      customerId: null,
      telemetry: { deviceId: null, reason: { code: 'timeout' } },
    });
    const ended = desk.ofInteraction('i2', ALL);
    desk.stop();
    expect(await ended).toMatchObject({ telemetry: { deviceStatus: 'unknown' } });
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-10 is fetched once for a thousand who want it', async () => {
    const { desk, calls, metrics } = deskStage();
    await Promise.all(Array.from({ length: 1_000 }, () => desk.status({ device_id: 'd1' })));
    expect(calls).toHaveLength(1);
    expect(await metrics.expose()).toContain('floorcast_device_cloud_shared_total 999');
  });

  it('DEV-17 is not asked for of a device whose id can be none', async () => {
    const { desk, calls } = deskStage();
    expect(await desk.status({ device_id: '..' })).toMatchObject({ reason: { code: 'not-found' } });
    expect([calls.length, desk.sourceStatus().state]).toEqual([0, 'live']);
  });

  it('DEV-19 is unknown without a device cloud, though it is known which it is', async () => {
    const { desk, world, logins, calls } = deskStage({ apiUrl: null });
    world.interactions.set('i1', ok(interaction('i1', { attributes: { deviceId: 'd1' } })));
    desk.start();
    expect(await desk.status({ device_id: 'd1' })).toMatchObject({ deviceId: 'd1', reason: { code: 'off' } });
    expect(await desk.ofInteraction('i1', ALL)).toMatchObject({
      telemetry: { deviceId: 'd1', reason: { code: 'off' } },
    });
    expect([logins.length, calls.length, desk.sourceStatus().state]).toEqual([0, 0, 'off']);
  });

  it('DEV-19 is unknown without customers, or without Genesys, and the serial number still helps', async () => {
    const { desk } = deskStage({ customers: null, interactions: null });
    expect(await desk.status({ ani: '+353' })).toMatchObject({ reason: { code: 'off' } });
    expect(await desk.ofInteraction('i1', ALL)).toMatchObject({
      customerId: null,
      telemetry: { reason: { code: 'off' } },
    });
    expect(await desk.status({ device_id: 'd1' })).toMatchObject({ deviceStatus: 'online' });
    desk.watch('i1', ALL, () => expect.unreachable())();
  });

  it('DEV-18 says before anybody asks whether our identity is taken', async () => {
    const { desk, clock } = deskStage();
    desk.start();
    await clock.advanceAsync(1);
    expect([desk.sourceStatus().state, clock.pendingCount]).toEqual(['live', 0]);
  });
});

describe('how the calls go', () => {
  it('DEV-18 counts those to the list of customers', async () => {
    const { desk, world, clock } = deskStage();
    await desk.status({ device_id: 'd1' });
    world.customers.set('ani:+353', AWAY);
    for (let round = 0; round < 2; round++) {
      await desk.status({ ani: '+353' });
      clock.advance(2_000);
    }
    expect(desk.sourceStatus()).toMatchObject({ state: 'degraded', message: 'asking: 503' });
    world.customers.set('ani:+353', ok([]));
    await desk.status({ ani: '+353' });
    expect(desk.sourceStatus().state).toBe('live');
  });

  it('DEV-18 looks again after half a minute whether our identity is taken, until the end', async () => {
    const { desk, clock, logins } = deskStage({}, () => ({ status: 400, body: { error: 'invalid_client' } }));
    desk.start();
    await clock.advanceAsync(31_000, 1_000);
    expect([logins.length, desk.sourceStatus().state]).toEqual([2, 'down']);
    desk.stop();
    expect(clock.pendingCount).toBe(0);
  });
});

describe('the device of a conversation', () => {
  const found = (more: Parameters<typeof interaction>[1]) => ok(interaction('i1', more));

  it.each<[string, Parameters<typeof interaction>[1], object]>([
    [
      'the device that the flow wrote down',
      { attributes: { deviceId: 'd1', account: '42' }, customerAni: '+353' },
      { customerId: 'c1', telemetry: { deviceId: 'd1' } },
    ],
    [
      'a device of nobody known',
      { attributes: { deviceId: 'd9' } },
      { customerId: null, telemetry: { deviceId: 'd9', reason: null } },
    ],
    [
      'the account that the flow wrote down',
      { attributes: { account: '42' }, customerAni: '+353' },
      { customerId: 'c2', telemetry: { deviceId: 'd2' } },
    ],
    [
      'the number that calls',
      { customerAni: 'tel:+353' },
      { customerId: 'c3', telemetry: { deviceId: 'd3' } },
    ],
    [
      'an attribute that is nothing',
      { attributes: { deviceId: '  ', account: '' }, customerAni: '+353' },
      { customerId: 'c3' },
    ],
    [
      'an attribute that can be no id',
      { attributes: { deviceId: 'd\u202e1' }, customerAni: '+353' },
      { customerId: 'c3' },
    ],
    [
      'a caller without a number',
      { customerAni: 'anonymous' },
      { telemetry: { deviceId: null, reason: { code: 'no-match' } } },
    ],
    ['nothing at all', {}, { telemetry: { reason: { code: 'no-match' } } }],
    [
      'a customer with two devices',
      { attributes: { account: '43' } },
      { customerId: 'c4', telemetry: { reason: { code: 'ambiguous' } } },
    ],
  ])('DEV-15 is found by %s', async (_, more, expected) => {
    const { desk, world } = deskStage();
    world.customers.set('deviceId:d1', ok([customer('c1', 'd1')]));
    world.customers.set('account:42', ok([customer('c2', 'd2')]));
    world.customers.set('account:43', ok([customer('c4', 'd4', 'd5')]));
    world.customers.set('ani:+353', ok([customer('c3', 'd3')]));
    world.interactions.set('i1', found(more));
    expect(await desk.ofInteraction('i1', ALL)).toMatchObject({ interactionId: 'i1', ...expected });
  });

  it('DEV-14 is shown to the agents who take part, now or before, and to who may see all', async () => {
    const { desk, world } = deskStage();
    world.interactions.set('i1', found({ agentUserIds: ['u1', 'u2'], attributes: { deviceId: 'd1' } }));
    const viewers = [ALL, agent('u1'), agent('u2'), agent('u3'), agent(''), agent(null)];
    const seen = [];
    for (const viewer of viewers) seen.push((await desk.ofInteraction('i1', viewer)) !== null);
    expect(seen).toEqual([true, true, true, false, false, false]);
  });

  it('DEV-14 is to another agent as one that is not there', async () => {
    const { desk, world, calls, lookups } = deskStage();
    world.interactions.set('i1', found({ attributes: { deviceId: 'd1' } }));
    expect(await desk.ofInteraction('i1', agent('u9'))).toBeNull();
    expect(await desk.ofInteraction('i2', agent('u9'))).toBeNull();
    expect([calls.length, lookups.length]).toEqual([0, 0]);
  });

  it('DEV-14 is not even looked up for an agent whom Genesys does not know', async () => {
    const { desk, readings } = deskStage();
    expect(await desk.ofInteraction('i1', agent(null))).toBeNull();
    expect(readings).toEqual([]);
  });

  it('DEV-14 is there for an agent who was connected a moment ago, without asking Genesys all the time', async () => {
    const { desk, world, clock, readings } = deskStage();
    world.interactions.set('i1', found({ agentUserIds: ['u1'], attributes: { deviceId: 'd1' } }));
    await desk.ofInteraction('i1', agent('u1'));
    for (let round = 0; round < 20; round++) {
      expect(await desk.ofInteraction('i1', agent('u2'))).toBeNull();
      clock.advance(100);
    }
    expect(readings.length).toBe(1);
    world.interactions.set('i1', found({ agentUserIds: ['u1', 'u2'], attributes: { deviceId: 'd1' } }));
    expect(await desk.ofInteraction('i1', agent('u2'))).not.toBeNull();
    expect(readings.length).toBe(2);
  });

  it('DEV-14 gives nothing away where Genesys cannot be asked', async () => {
    const { desk, world, calls } = deskStage();
    world.interactions.set('i1', AWAY);
    const said = await desk.ofInteraction('i1', agent('u1'));
    expect(said).toMatchObject({
      customerId: null,
      telemetry: { deviceId: null, reason: { code: 'unavailable' } },
    });
    expect(calls).toHaveLength(0);
  });

  it('DEV-14 keeps to what is known while Genesys cannot be asked, for ten minutes', async () => {
    const { desk, world, clock } = deskStage();
    world.interactions.set('i1', found({ attributes: { deviceId: 'd1' } }));
    await desk.ofInteraction('i1', agent('user-1'));
    world.interactions.set('i1', AWAY);
    clock.advance(599_000);
    expect(await desk.ofInteraction('i1', agent('user-1'))).toMatchObject({ telemetry: { deviceId: 'd1' } });
    expect(await desk.ofInteraction('i1', agent('u9'))).toBeNull();
    clock.advance(6_000);
    expect(await desk.ofInteraction('i1', agent('user-1'))).toMatchObject({ telemetry: { deviceId: null } });
  });

  it('DEV-10 asks Genesys once for many who look', async () => {
    const { desk, world, readings, lookups, calls } = deskStage();
    world.interactions.set('i1', found({ customerAni: '+353' }));
    world.customers.set('ani:+353', ok([customer('c3', 'd3')]));
    await Promise.all(Array.from({ length: 200 }, () => desk.ofInteraction('i1', ALL)));
    expect([readings.length, lookups.length, calls.length]).toEqual([1, 1, 1]);
  });
});
