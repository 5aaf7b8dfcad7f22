/** A session that is begun again while it is open: what is asked along with it is asked of the open one. */
import { afterEach, describe, expect, it } from 'vitest';
import { AGENT, kindOf, Stage } from './desk-stage';

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

const wanted = (...names: string[]) => ({
  requestedCommands: names.map((command) => ({ command, params: {} })),
});
const namesOf = async (made: Stage) => (await made.session()).commands.map(({ command }) => command);

describe('a session that is begun again while it is open', () => {
  it('DEV-112 runs what is asked along with it after what waits, and audits it', async () => {
    const made = await running();
    await made.execute('ping_latency');
    const again = await made.initiate(wanted('signal_strength', 'firmware_version'));
    expect(again).toMatchObject({ ok: true, value: { isNew: false } });
    expect(again.ok && again.value.session.commands.map(({ command }) => command)).toEqual([
      ...['ping_latency', 'signal_strength', 'firmware_version'],
    ]);
    await made.settle();
    expect(made.link.sent.map(({ command }) => command)).toEqual(['ping_latency']);
    expect((await made.entries('command.asked')).map(({ details }) => details.command)).toEqual([
      ...['ping_latency', 'signal_strength', 'firmware_version'],
    ]);
    expect(made.appliances.links.length).toBe(1);
  });

  it('DEV-112 refuses all of it for one wrong command, and audits that', async () => {
    const made = await running();
    expect(kindOf(await made.initiate(wanted('ping_latency', 'reboot_module')))).toBe('role');
    await made.settle();
    expect([await made.states(), made.link.sent]).toEqual([[], []]);
    expect((await made.entries()).at(-1)).toMatchObject({ action: 'command.refused', outcome: 'refused' });
  });

  it('DEV-112 runs nothing twice for one request, at once, later, and after a restart', async () => {
    const made = await running();
    const wish = { ...wanted('ping_latency', 'ping_latency'), requestId: 'request-9' };
    const both = await Promise.all([made.initiate(wish), made.initiate(wish)]);
    expect(both.map(kindOf)).toEqual(['ok', 'ok']);
    expect(kindOf(await made.initiate(wish))).toBe('ok');
    expect(await namesOf(made)).toEqual(['ping_latency', 'ping_latency']);
    await made.crash();
    expect(kindOf(await made.initiate(wish))).toBe('ok');
    expect(await namesOf(made)).toEqual(['ping_latency', 'ping_latency']);
    const other = { ...wish, ...wanted('signal_strength') };
    expect(kindOf(await made.initiate(other))).toBe('ok');
    expect(await namesOf(made)).toEqual(['ping_latency', 'ping_latency']);
  });

  it('DEV-112 refuses the id of such a request for another session, and begins none for it again', async () => {
    const made = await running();
    const wish = { ...wanted('ping_latency'), requestId: 'request-9' };
    await made.initiate(wish);
    expect(kindOf(await made.initiate({ ...wish, interactionId: 'two' }))).toBe('replayed');
    await made.desk.end('one', { solvedRemotely: null }, AGENT);
    const after = await made.initiate(wish);
    expect(after.ok && after.value.session.endedAt).not.toBeNull();
    expect(made.appliances.links.length).toBe(1);
  });
});
