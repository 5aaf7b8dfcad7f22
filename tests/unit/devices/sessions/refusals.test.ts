/** Each way in which a wish is turned down: nothing goes out, and it is in the audit log. */
import { afterEach, describe, expect, it } from 'vitest';
import { AGENT, interactionOf, kindOf, OTHER, refusedAs, SENIOR, Stage } from './desk-stage';

let stage: Stage | null = null;
async function started(...args: ConstructorParameters<typeof Stage>): Promise<Stage> {
  stage = await new Stage(...args).start();
  return stage;
}
async function running(): Promise<Stage> {
  const made = await started();
  await made.initiate();
  made.link.up();
  return made;
}
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

describe('wishes that are refused', () => {
  it.each([
    ['no command at all', 'rm -rf', {}, AGENT, 'command'],
    ['a wrong parameter', 'channel_scan', { duration: '1h' }, AGENT, 'params'],
    ['a reboot by an agent', 'reboot_module', {}, AGENT, 'role'],
    ['a reboot by an admin', 'reboot_module', {}, { ...SENIOR, roles: ['admin'] }, 'role'],
    ['a command in the interaction of somebody else', 'ping_latency', {}, OTHER, 'not-yours'],
  ] as const)('DEV-38 %s', async (_, command, params, actor, why) => {
    const made = await running();
    expect(kindOf(await made.execute(command, params, actor))).toBe(why);
    await refusedAs(made, 'command.refused', why);
    expect([made.link.sent, await made.states()]).toEqual([[], []]);
  });

  it.each([
    ['a device of somebody else', { deviceId: 'device-2' }, AGENT, 'session.refused', 'not-owned'],
    ['a device that nobody has', { deviceId: 'device-9' }, AGENT, 'session.refused', 'not-owned'],
    ['the interaction of another agent', {}, OTHER, 'session.refused', 'not-yours'],
    [
      'a session with one wrong command among its commands',
      { requestedCommands: ['ping_latency', 'reboot_module'].map((command) => ({ command, params: {} })) },
      AGENT,
      'command.refused',
      'role',
    ],
  ] as const)('DEV-38 %s', async (_, over, actor, action, why) => {
    const made = await started();
    expect(kindOf(await made.initiate(over, actor))).toBe(why);
    await refusedAs(made, action, why);
    expect([made.appliances.links, made.store.sessions.size]).toEqual([[], 0]);
  });

  it('DEV-38 a session of an interaction that there is not, or that cannot be asked after, and commands without one', async () => {
    const made = await started();
    expect(kindOf(await made.initiate({ interactionId: 'nowhere' }))).toBe('not-found');
    made.areCustomersAway = true;
    expect(kindOf(await made.initiate())).toBe('unavailable');
    expect(kindOf(await made.execute('ping_latency'))).toBe('not-found');
    expect(kindOf(await made.desk.end('one', { solvedRemotely: null }, AGENT))).toBe('not-found');
    expect(made.appliances.links).toEqual([]);
  });

  it('DEV-39 takes roles as they are at that command, those of the platform too, and none that it cannot ask for', async () => {
    const made = await running();
    const reboot = () => made.execute('reboot_module').then(kindOf);
    expect(await reboot()).toBe('role');
    made.platformRoles = ['senior_tech'];
    expect(await reboot()).toBe('ok');
    made.platformRoles = null;
    expect(await reboot()).toBe('role');
    made.platformRoles = [];
    expect(await reboot()).toBe('role');
  });

  it('DEV-40 gives back what the same request made, and refuses its id for anything else', async () => {
    const made = await started();
    const requestId = 'request-0001';
    const commands = { requestedCommands: [{ command: 'ping_latency', params: {} }] };
    expect(await made.initiate({ requestId, ...commands })).toMatchObject({ value: { isNew: true } });
    const again = await made.initiate({ requestId, ...commands });
    expect(again).toMatchObject({ value: { isNew: false, session: { commands: [{ state: 'queued' }] } } });
    expect(kindOf(await made.initiate({ requestId, interactionId: 'two' }))).toBe('replayed');
    made.link.up();
    const first = await made.execute('signal_strength', {}, AGENT, 'request-0002');
    const second = await made.execute('signal_strength', {}, AGENT, 'request-0002');
    expect(second).toMatchObject({ ok: true, value: { id: first.ok ? first.value.id : '' } });
    for (const wish of [
      made.execute('firmware_version', {}, AGENT, 'request-0002'),
      made.execute('signal_strength', {}, SENIOR, 'request-0002'),
    ]) {
      expect(kindOf(await wish)).toBe('replayed');
      await refusedAs(made, 'command.refused', 'replayed');
    }
    expect(await made.states()).toHaveLength(2);
    await made.desk.end('one', { solvedRemotely: null }, AGENT);
    await made.settle();
    await made.crash();
    expect(await made.initiate({ requestId, ...commands })).toMatchObject({ value: { isNew: false } });
    expect(made.store.sessions.size).toBe(1);
  });

  it('DEV-40 answers requests at once as if they had come one after the other', async () => {
    const made = await started();
    const requestId = 'request-0003';
    const begun = await Promise.all([1, 2, 3].map(() => made.initiate({ requestId })));
    expect(begun.map((one) => one.ok && one.value.isNew)).toEqual([true, false, false]);
    const asked = await Promise.all(
      [1, 2, 3].map(() => made.execute('ping_latency', {}, AGENT, 'request-0004')),
    );
    expect(new Set(asked.map((one) => one.ok && one.value.id)).size).toBe(1);
    expect(made.appliances.links).toHaveLength(1);
  });

  it('DEV-41 has room for 20 waiting commands, 200 in all, one session an interaction, and so many sessions', async () => {
    const made = await started({ maxOpen: 2 });
    await made.initiate();
    for (let n = 0; n < 20; n += 1) expect(kindOf(await made.execute('ping_latency'))).toBe('ok');
    expect(kindOf(await made.execute('ping_latency'))).toBe('full');
    made.link.onSend = ({ id }) => made.link.done(id);
    made.link.up();
    await made.settle();
    for (let n = 20; n < 200; n += 1) {
      expect(kindOf(await made.execute('ping_latency'))).toBe('ok');
      await made.settle();
    }
    expect(kindOf(await made.execute('ping_latency'))).toBe('full');
    expect(kindOf(await made.initiate({ customerId: 'customer-2', deviceId: 'device-2' }))).toBe('full');
    expect(kindOf(await made.initiate({ interactionId: 'two' }))).toBe('ok');
    expect(kindOf(await made.initiate({ interactionId: 'three' }))).toBe('full');
    const burst = await Promise.all(
      Array.from({ length: 40 }, () => made.initiate({ interactionId: 'two' })),
    );
    expect(new Set(burst.map(kindOf))).toEqual(new Set(['ok', 'full']));
  });

  it('DEV-42 does nothing that cannot be recorded, and ends once what may have been', async () => {
    const made = await running();
    made.auditStore.failure = new Error('the disk is full');
    expect(kindOf(await made.execute('ping_latency'))).toBe('unrecorded');
    expect(kindOf(await made.desk.end('one', { solvedRemotely: true }, AGENT))).toBe('unrecorded');
    expect(kindOf(await made.initiate({ interactionId: 'two' }))).toBe('unrecorded');
    await made.settle();
    expect([made.link.sent, made.appliances.links.length]).toEqual([[], 1]);
    expect((await made.session()).endedAt).toBeNull();
    expect(await made.states()).toEqual(['refused']);
    made.auditStore.failure = null;
    await made.pass(20_000);
    expect((await made.entries()).map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'session.started done',
      'command.ended refused',
    ]);
    expect(kindOf(await made.execute('ping_latency'))).toBe('ok');
  });

  it('DEV-42 does nothing that cannot be stored, and loses no end when the disk fails in the middle', async () => {
    const made = await running();
    made.store.failure = new Error('the disk is full');
    expect(kindOf(await made.execute('ping_latency'))).toBe('unrecorded');
    expect(await made.entries()).toHaveLength(1);
    made.store.failure = null;
    await made.execute('ping_latency');
    await made.settle();
    made.store.failure = new Error('the disk is full');
    made.link.done(made.link.sent[0]?.id ?? '');
    await made.pass(6_000);
    expect(await made.entries('command.ended')).toEqual([]);
    made.store.failure = null;
    await made.pass(20_000);
    expect(await made.entries('command.ended')).toHaveLength(1);
    await made.crash();
    expect(await made.states()).toEqual(['done']);
  });

  it('DEV-42 records an end once whose entry was written though that was told to have failed', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await made.settle();
    const append = made.auditStore.append.bind(made.auditStore);
    let failures = 1;
    made.auditStore.append = async (addition) => {
      const head = await append(addition);
      if (failures-- > 0) throw new Error('the answer was lost');
      return head;
    };
    made.link.done(made.link.sent[0]?.id ?? '');
    await made.pass(20_000);
    expect(await made.entries('command.ended')).toHaveLength(1);
    expect([...made.store.commands.values()].map(({ isEndRecorded }) => isEndRecorded)).toEqual([true]);
  });

  it('DEV-43 names the entry of a command that was changed', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await made.settle();
    made.link.done(made.link.sent[0]?.id ?? '');
    await made.settle();
    expect(await made.chain()).toMatchObject({ ok: true });
    made.auditStore.lines = made.auditStore.lines.map((line) =>
      line.includes('command.asked') ? line.replace('ping_latency', 'reboot_module') : line,
    );
    expect(await made.chain()).toMatchObject({ ok: false, error: { kind: 'edited', seq: 2 } });
  });
});

describe('who sees what', () => {
  it('DEV-44 shows an agent the sessions of his interactions, also those he joined later, and others none', async () => {
    const made = await running();
    const seen = async (viewer: typeof AGENT) => [
      (await made.desk.session('one', viewer)) !== null,
      (await made.desk.bundle('one', viewer)) !== null,
      (await made.desk.list(viewer)).sessions.length,
    ];
    expect(await seen(AGENT)).toEqual([true, true, 1]);
    expect(await seen(SENIOR)).toEqual([true, true, 1]);
    expect(await seen(OTHER)).toEqual([false, false, 0]);
    expect(await seen({ ...OTHER, genesysUserId: null })).toEqual([false, false, 0]);
    made.interactions.set('one', interactionOf('one', { agentUserIds: ['user-ada', 'user-bob'] }));
    await made.pass(6_000);
    expect(await seen(OTHER)).toEqual([true, true, 1]);
  });

  it('DEV-45 lists open ones first, then those of the last day, with their commands counted', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await made.settle();
    await made.desk.end('one', { solvedRemotely: true }, AGENT);
    made.clock.advance(1_000);
    await made.initiate({ interactionId: 'two' });
    await made.desk.execute({ interactionId: 'two', command: 'ping_latency', params: {} }, AGENT);
    const { sessions, more } = await made.desk.list(SENIOR);
    expect(sessions.map((one) => [one.interactionId, one.commandsWaiting, one.commandsEnded])).toEqual([
      ['two', 1, 0],
      ['one', 0, 1],
    ]);
    expect(more).toBe(0);
  });

  it('DEV-46 has in a bundle all of the session but its customer, names and what looks like a number or an address', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await made.settle();
    made.link.failed(
      made.link.sent[0]?.id ?? '',
      'call +353 1 234 5678, mail x.y@example.com, 10.1.2.3, aa:bb:cc:dd:ee:ff',
    );
    made.link.say({ kind: 'metrics', values: new Map([['latency_ms', 31]]) });
    await made.pass(6_000);
    const bundle = JSON.stringify(await made.desk.bundle('one', AGENT));
    expect(bundle).toContain('device-1');
    expect(bundle).toContain('"metric":"latency_ms"');
    expect(bundle).toContain('call [removed], mail [removed], [removed], [removed]');
    expect(bundle).not.toMatch(/customer-1|Ada|person:|353|example\.com|10\.1\.2\.3|aa:bb/);
  });
});
