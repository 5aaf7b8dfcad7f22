/** How sessions end: once in the audit log, in the state that they were in, and with nothing left open behind a stop. */
import { afterEach, describe, expect, it } from 'vitest';
import { AGENT, Stage } from './desk-stage';

let stage: Stage | null = null;
async function running(): Promise<Stage> {
  stage = await new Stage().start();
  await stage.initiate();
  stage.link.up();
  return stage;
}
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

const end = (made: Stage, solvedRemotely: boolean | null = true) =>
  made.desk.end('one', { solvedRemotely }, AGENT);

describe('the end of a session', () => {
  it('DEV-113 is in the audit log once where the server died before it was stored, with what was said of it', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await made.execute('signal_strength');
    await made.settle();
    made.store.onWrite = ({ sessions }) => {
      if (sessions.some(({ endedAt }) => endedAt !== null)) throw new Error('this server is dead');
    };
    expect(await end(made)).toMatchObject({ ok: true });
    await made.crash();
    const links = made.appliances.links.length;
    await made.pass(5_000);
    expect(await made.entries('session.ended')).toHaveLength(1);
    expect(await made.entries('command.ended')).toHaveLength(2);
    const stored = [...made.store.sessions.values()];
    expect(stored).toMatchObject([{ solvedRemotely: true, endedAt: expect.any(Number) }]);
    expect(made.appliances.links.length).toBe(links);
    expect(await end(made)).toMatchObject({ error: { kind: 'ended' } });
    expect(await made.initiate()).toMatchObject({ value: { isNew: true } });
    await made.crash();
    expect(await made.entries('session.ended')).toHaveLength(1);
    expect(await made.chain()).toMatchObject({ ok: true });
  });

  it('DEV-113 is there once where its entry was written though that was told to have failed', async () => {
    const made = await running();
    const append = made.auditStore.append.bind(made.auditStore);
    let failures = 1;
    made.auditStore.append = async (addition) => {
      const head = await append(addition);
      if (failures-- > 0) throw new Error('the answer was lost');
      return head;
    };
    expect(await end(made)).toMatchObject({ error: { kind: 'unrecorded' } });
    await made.execute('ping_latency');
    expect(await end(made, false)).toMatchObject({ ok: true, value: { solvedRemotely: true } });
    expect(await made.entries('session.ended')).toHaveLength(1);
  });

  it('DEV-113 that was not recorded is recorded when it is asked for again, also after a restart', async () => {
    const made = await running();
    made.auditStore.failure = new Error('the disk is full');
    expect(await end(made)).toMatchObject({ error: { kind: 'unrecorded' } });
    made.auditStore.failure = null;
    await made.crash();
    expect((await made.session()).endedAt).toBeNull();
    expect(await end(made, false)).toMatchObject({ ok: true, value: { solvedRemotely: false } });
    expect(await made.entries('session.ended')).toHaveLength(1);
  });

  it('DEV-114 leaves it in the state that it was in, as the audit log has it', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await made.settle();
    expect((await made.session()).state).toBe('RUNNING');
    await end(made);
    await made.settle();
    expect((await made.entries('session.ended')).map(({ details }) => details.state)).toEqual(['RUNNING']);
    expect([...made.store.sessions.values()].map(({ state }) => state)).toEqual(['RUNNING']);
  });

  it('DEV-115 what begins while the server stops opens no link', async () => {
    const made = await new Stage().start();
    stage = made;
    let release = () => {};
    made.auditStore.gate = new Promise((resolve) => {
      release = resolve;
    });
    const begun = made.initiate({ requestedCommands: [{ command: 'ping_latency', params: {} }] });
    await made.settle();
    const stopped = made.room.stop();
    release();
    await begun;
    await stopped;
    expect(made.appliances.links.filter(({ isClosed }) => !isClosed)).toEqual([]);
    expect([...made.store.sessions.values()]).toMatchObject([{ endedAt: null }]);
  });

  it('DEV-122 is in the list at once and after a restart, and no look at the list reads the store', async () => {
    const made = await running();
    await made.execute('ping_latency');
    await end(made);
    let reads = 0;
    const counted = async () => {
      const since = made.store.since.bind(made.store);
      made.store.since = (...range) => {
        reads += 1;
        return since(...range);
      };
      const { sessions, more } = await made.desk.list(AGENT);
      const stranger = await made.desk.list({ ...AGENT, genesysUserId: 'user-bob' });
      return [...sessions.map((one) => [one.interactionId, one.commandsEnded]), more, stranger.sessions];
    };
    expect(await counted()).toEqual([['one', 1], 0, []]);
    await made.crash();
    expect(await counted()).toEqual([['one', 1], 0, []]);
    await made.pass(2_000);
    expect(await counted()).toEqual([['one', 1], 0, []]);
    await made.clock.advanceAsync(86_400_000, 3_600_000);
    expect([await counted(), reads]).toEqual([[0, []], 0]);
  });
});
