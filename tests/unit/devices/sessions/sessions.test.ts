/** A session from its beginning to its end, with commands, through lost links and restarts. */
import { afterEach, describe, expect, it } from 'vitest';
import type { DeskEvent } from '../../../../server/devices/diagnostics-desk';
import { AGENT, SENIOR, Stage } from './desk-stage';

let stage: Stage | null = null;
async function started(...args: ConstructorParameters<typeof Stage>): Promise<Stage> {
  stage = await new Stage(...args).start();
  return stage;
}
afterEach(async () => {
  await stage?.stop();
  expect(stage?.clock.pendingCount).toBe(0);
  stage = null;
});

/** A session whose device is there. */
async function running(...args: ConstructorParameters<typeof Stage>): Promise<Stage> {
  const made = await started(...args);
  expect(await made.initiate()).toMatchObject({ ok: true, value: { isNew: true } });
  made.link.up();
  return made;
}

describe('a diagnostic session', () => {
  it('DEV-25 runs what it was begun with, one after the other, and is completed', async () => {
    const made = await started();
    const requestedCommands = ['ping_latency', 'signal_strength'].map((command) => ({ command, params: {} }));
    expect(await made.initiate({ requestedCommands })).toMatchObject({
      value: { session: { state: 'INITIATED', queueId: 'queue-1', startedBy: 'Ada' } },
    });
    expect(await made.states()).toEqual(['queued', 'queued']);
    made.link.up();
    await made.settle();
    expect((await made.session()).state).toBe('RUNNING');
    expect(await made.states()).toEqual(['sent', 'queued']);
    const [first] = made.link.sent;
    made.link.say({ kind: 'received', commandId: first?.id ?? '' });
    made.link.say({ kind: 'running', commandId: first?.id ?? '' });
    made.link.say({ kind: 'received', commandId: first?.id ?? '' });
    expect(await made.states()).toEqual(['running', 'queued']);
    made.link.done(first?.id ?? '');
    await made.settle();
    const second = made.link.sent[1];
    made.link.failed(second?.id ?? '', 'no signal\u202e');
    await made.settle();
    const { state, commands } = await made.session();
    expect(state).toBe('COMPLETED');
    expect(commands).toMatchObject([
      { state: 'done', result: { latency_ms: 31 }, reason: null },
      { state: 'failed', result: null, reason: 'The device could not do it: no signal' },
    ]);
    expect(made.link.sent.map(({ command }) => command)).toEqual(['ping_latency', 'signal_strength']);
  });

  it('DEV-26 has on the disk and in the audit log what goes out, before it goes out', async () => {
    const made = await running();
    let before: unknown = null;
    made.link.onSend = ({ id }) => {
      const stored = made.store.commands.get(id);
      before = { state: stored?.state, audit: made.auditStore.lines.join().includes(`command:${id}`) };
    };
    await made.execute('ping_latency');
    await made.settle();
    expect(before).toEqual({ state: 'sent', audit: true });
  });

  it('DEV-27 audits who, what, parameters, device, interaction and outcome, each end once, and logs them', async () => {
    const made = await running();
    const asked = await made.execute('channel_scan', { duration: '30s' });
    await made.settle();
    const id = asked.ok ? asked.value.id : '';
    made.link.done(id, { channels: [] });
    made.link.done(id, { channels: [] });
    made.link.known(id, 'failed');
    await made.settle();
    await made.desk.end('one', { solvedRemotely: true }, AGENT);
    const entries = await made.entries();
    expect(entries.map(({ action }) => action)).toEqual([
      'session.started',
      'command.asked',
      'command.ended',
      'session.ended',
    ]);
    expect(entries[1]).toMatchObject({
      ...{ actor: 'person:ada', actorName: 'Ada', address: '192.0.2.7', subject: `command:${id}` },
      details: {
        ...{ command: 'channel_scan', params: '{"duration":"30s"}' },
        ...{ device: 'device-1', interaction: 'one' },
      },
    });
    expect(entries[2]).toMatchObject({
      outcome: 'done',
      details: { state: 'done', result: '{"channels":[]}' },
    });
    expect(entries[3]).toMatchObject({ details: { state: 'COMPLETED', solvedRemotely: true } });
    const lines = made.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'diagnostics');
    expect(lines.map(({ action, room }) => [room, action])).toEqual(
      entries.map(({ action }) => ['devices', action]),
    );
    expect(lines[1]).toMatchObject({ actor: 'person:ada', command: 'channel_scan', device: 'device-1' });
    expect(JSON.stringify(lines)).not.toMatch(/customer-1|Ada/);
  });

  it('DEV-28 says in one sentence that the device is lost, also in the transcript, and that it is back', async () => {
    const made = await running();
    made.link.lose();
    const { state, notice } = await made.session();
    expect(state).toBe('DISCONNECTED');
    expect(notice).toMatch(/^The device is lost: .*internet connection at the customer works\.$/);
    expect(made.transcript.said).toContain(notice);
    expect(made.desk.mayRun(await made.session(), ['agent'])).toEqual([]);
    made.link.up();
    expect(await made.session()).toMatchObject({ state: 'COMPLETED', notice: null });
    expect(made.transcript.said.at(-1)).toBe('The device is back.');
    expect(made.desk.mayRun(await made.session(), ['agent'])).toContain('channel_scan');
  });

  it('DEV-29 restores a link that failed when a command is asked, before it runs', async () => {
    const made = await running();
    made.link.become({ kind: 'failed', reason: 'its certificate is not believed.' });
    expect(await made.session()).toMatchObject({
      state: 'ERROR',
      notice: 'The device cannot be reached (its certificate is not believed). The next command tries again.',
    });
    await made.execute('ping_latency');
    expect([made.link.retries, (await made.session()).state]).toEqual([1, 'INITIATED']);
    expect(made.link.sent).toEqual([]);
    made.link.up();
    await made.settle();
    expect(made.link.sent).toHaveLength(1);
  });

  it('DEV-30 lets commands expire whose device is away for a minute, and none while it is there', async () => {
    const made = await running();
    await made.execute('channel_scan', { duration: '120s' });
    await made.execute('ping_latency');
    await made.settle();
    await made.pass(100_000);
    expect(await made.states()).toEqual(['sent', 'queued']);
    made.link.lose();
    await made.pass(59_000);
    expect((await made.states())[1]).toBe('queued');
    await made.pass(2_000);
    expect((await made.session()).commands[1]).toMatchObject({
      state: 'expired',
      reason: 'It was not sent: the device was away for a minute.',
    });
    expect(await made.entries('command.ended')).toHaveLength(2);
  });

  it('DEV-31 gives a command its own time, then it has failed and the next one runs', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await made.execute('signal_strength');
    await made.settle();
    await made.pass(14_000);
    expect(await made.states()).toEqual(['sent', 'queued']);
    await made.pass(2_000);
    expect(await made.states()).toEqual(['failed', 'sent']);
    made.link.done(made.link.sent[0]?.id ?? '');
    expect(await made.states()).toEqual(['failed', 'sent']);
  });

  it('DEV-32 asks after a command when the link is back: a safe one that is unknown goes out again under its id', async () => {
    const made = await running();
    await made.execute('channel_scan', { duration: '60s' });
    await made.settle();
    const id = made.link.sent[0]?.id ?? '';
    made.link.lose();
    made.link.up();
    expect(made.link.asked).toEqual([id]);
    made.link.known(id, 'unknown');
    made.link.known(id, 'unknown');
    expect(made.link.sent.map((sent) => sent.id)).toEqual([id, id]);
    made.link.lose();
    made.link.up();
    made.link.known(id, 'running');
    expect(await made.states()).toEqual(['running']);
    made.link.done(id, { channels: [] });
    expect(await made.states()).toEqual(['done']);
  });

  it('DEV-33 never sends a reboot a second time', async () => {
    const made = await running();
    await made.execute('reboot_module', {}, SENIOR);
    await made.settle();
    const id = made.link.sent[0]?.id ?? '';
    made.link.lose();
    made.link.up();
    made.link.known(id, 'unknown');
    await made.pass(1_000);
    expect(made.link.sent).toHaveLength(1);
    expect((await made.session()).commands[0]).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('not sent a second time'),
    });
  });

  it('DEV-33 keeps a command in the line that did not leave', async () => {
    const made = await running();
    made.link.takes = false;
    await made.execute('reboot_module', {}, SENIOR);
    await made.settle();
    expect(await made.states()).toEqual(['queued']);
    made.link.takes = true;
    made.link.up();
    made.link.lose();
    made.link.up();
    await made.settle();
    expect(made.link.sent).toHaveLength(1);
  });

  it('DEV-34 goes on after a restart: what waits waits, what was out is asked after, ends are recorded once', async () => {
    const made = await running();
    for (const command of ['ping_latency', 'channel_scan', 'signal_strength']) await made.execute(command);
    await made.settle();
    const first = made.link.sent[0]?.id ?? '';
    made.link.done(first);
    await made.settle();
    await made.crash();
    expect(await made.session()).toMatchObject({ state: 'INITIATED', notice: null });
    expect(await made.states()).toEqual(['done', 'sent', 'queued']);
    made.link.up();
    const second = (await made.session()).commands[1]?.id ?? '';
    expect(made.link.asked).toEqual([second]);
    made.link.known(second, 'done', { channels: [] });
    await made.settle();
    made.link.done(made.link.sent.at(-1)?.id ?? '', { signal_dbm: -70 });
    await made.settle();
    expect(await made.states()).toEqual(['done', 'done', 'done']);
    const subjects = (await made.entries('command.ended')).map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(3);
    expect(subjects).toHaveLength(3);
    expect(await made.chain()).toMatchObject({ ok: true });
  });

  it('DEV-35 ends with its commands, closes the link, and is told no more', async () => {
    const made = await running();
    for (let n = 0; n < 3; n += 1) await made.execute('ping_latency');
    await made.settle();
    const ended = await made.desk.end('one', { solvedRemotely: false }, AGENT);
    expect(ended).toMatchObject({ ok: true, value: { solvedRemotely: false, notice: null } });
    await made.settle();
    expect(await made.states()).toEqual(['failed', 'expired', 'expired']);
    expect(made.link.isClosed).toBe(true);
    expect(made.transcript.ended).toEqual(['one']);
    expect(await made.entries('command.ended')).toHaveLength(3);
    expect(await made.execute('ping_latency')).toMatchObject({ error: { kind: 'ended' } });
    await made.pass(2_000);
    expect(await made.execute('ping_latency')).toMatchObject({ error: { kind: 'ended' } });
    expect(await made.initiate()).toMatchObject({ value: { isNew: true } });
  });

  it('DEV-36 ends by itself when nobody used or watched it for half an hour', async () => {
    const made = await running();
    const leave = made.desk.watch('one', () => {});
    await made.clock.advanceAsync(40 * 60_000, 60_000);
    expect((await made.session()).endedAt).toBeNull();
    leave();
    await made.clock.advanceAsync(32 * 60_000, 60_000);
    expect((await made.session()).endedAt).not.toBeNull();
    expect(await made.entries('session.ended')).toMatchObject([{ actor: 'server' }]);
  });

  it('DEV-37 tells who watches the session first, then what changed; samples ten times a second at most', async () => {
    const made = await running();
    const events: DeskEvent[] = [];
    const leave = made.desk.watch('one', (event) => events.push(event));
    made.desk.watch('one', () => {
      throw new Error('a reader of no use');
    });
    await made.settle();
    expect(events.map(({ kind }) => kind)).toEqual(['session']);
    for (let n = 0; n < 100; n += 1) {
      made.link.say({ kind: 'metrics', values: new Map([['signal_dbm', -90 + (n % 2)]]) });
      made.clock.advance(20);
    }
    const samples = events.filter(({ kind }) => kind === 'samples');
    expect(samples.length).toBeGreaterThan(15);
    expect(samples.length).toBeLessThanOrEqual(21);
    expect(events.filter(({ kind }) => kind === 'breach')).toHaveLength(1);
    await made.pass(6_000);
    expect(events.some(({ kind }) => kind === 'window')).toBe(true);
    const session = events.findLast((event) => event.kind === 'session');
    expect(session).toMatchObject({ session: { suggestions: [{ command: 'channel_scan' }] } });
    leave();
    const count = events.length;
    made.link.lose();
    expect(events).toHaveLength(count);
    expect(made.transcript.windows).toContain('signal_dbm');
    expect(made.store.allWindows.length).toBeGreaterThan(0);
  });
});
