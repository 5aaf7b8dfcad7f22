/** Who reaches a session: as it is found out, also for several who ask at once, and for sessions that are over. */
import { afterEach, describe, expect, it } from 'vitest';
import { ok, type Result } from '../../../../lib/result';
import type { Interaction } from '../../../../server/devices/ports';
import { type Failure, failure } from '../../../../server/runtime/errors';
import { AGENT, interactionOf, kindOf, OTHER, SENIOR, Stage } from './desk-stage';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

/** A platform that can be away, and whose calls are counted. */
class Platform {
  agents = ['user-ada'];
  isAway = false;
  calls = 0;
  hold: Promise<void> = Promise.resolve();
  async find(id: string): Promise<Result<Interaction | null, Failure>> {
    this.calls += 1;
    const said = this.isAway
      ? { ok: false as const, error: failure('retry', 'timeout', 'it does not answer') }
      : ok(interactionOf(id, { agentUserIds: this.agents }));
    await this.hold;
    return said;
  }
}

async function running() {
  const platform = new Platform();
  const made = await new Stage({ interactions: platform }).start();
  stage = made;
  await made.initiate();
  made.link.up();
  platform.calls = 0;
  return { made, platform };
}

describe('refusals that come one after the other', () => {
  it('DEV-120 are told apart by why, and by which command of the list was wanted; others are counted', async () => {
    const { made } = await running();
    for (const command of ['rm -rf', 'reboot_module', 'format_disk', 'reboot_module']) {
      await made.execute(command);
    }
    await made.execute('channel_scan', { duration: '1h' });
    await made.execute('ping_latency', { host: 'x' }, { ...SENIOR, actor: AGENT.actor });
    await made.settle();
    const told = (await made.entries('command.refused')).map(({ details }) => [details.command, details.why]);
    expect(told).toEqual([
      ['rm -rf', 'command'],
      ['reboot_module', 'role'],
      ['channel_scan', 'params'],
      ['ping_latency', 'params'],
    ]);
    await made.pass(120_000);
    const counted = (await made.entries('command.refused')).slice(4);
    expect(counted.map(({ details }) => [details.command, details.repeats])).toEqual([
      ['rm -rf', 1],
      ['reboot_module', 1],
    ]);
    expect(await made.chain()).toMatchObject({ ok: true });
  });
});

describe('what is shown as allowed', () => {
  it('DEV-125 asks a platform that does not tell roles again after some seconds, not at each look', async () => {
    let asked = 0;
    const made = await new Stage({
      platformRoles: async () => {
        asked += 1;
        return { ok: false, error: failure('fatal', 'roles.untold', 'it does not tell') };
      },
    }).start();
    stage = made;
    await made.initiate();
    made.link.up();
    const session = await made.session();
    for (let look = 0; look < 50; look += 1) {
      expect(made.desk.mayRun(session, ['agent'], 'user-ada')).not.toContain('reboot_module');
      await made.settle();
    }
    expect(asked).toBe(1);
    await made.pass(5_000);
    made.desk.mayRun(session, ['agent'], 'user-ada');
    expect(asked).toBe(2);
  });
});

describe('who reaches a session', () => {
  it('DEV-116 an agent who has just joined gets all that he asks for at once, by one question', async () => {
    const { made, platform } = await running();
    platform.agents = ['user-ada', 'user-bob'];
    const asked = await Promise.all([
      made.desk.session('one', OTHER),
      made.desk.session('one', OTHER),
      made.execute('ping_latency', {}, OTHER),
    ]);
    expect([asked[0] === null, asked[1] === null, kindOf(asked[2])]).toEqual([false, false, 'ok']);
    expect(platform.calls).toBe(1);
  });

  it('DEV-116 an agent sees a session that is over as often as he looks', async () => {
    const { made, platform } = await running();
    await made.desk.end('one', { solvedRemotely: true }, AGENT);
    await made.pass(5_000);
    platform.agents = ['user-ada', 'user-bob'];
    platform.calls = 0;
    for (let look = 0; look < 3; look += 1) expect(await made.desk.session('one', OTHER)).not.toBeNull();
    expect(await made.desk.bundle('one', OTHER)).not.toBeNull();
    expect(platform.calls).toBe(1);
  });

  it('DEV-116 a platform that does not answer makes nobody a stranger, and is left alone for some seconds', async () => {
    const { made, platform } = await running();
    platform.isAway = true;
    for (let knock = 0; knock < 3; knock += 1) {
      expect(kindOf(await made.execute('ping_latency', {}, OTHER))).toBe('unavailable');
    }
    expect(platform.calls).toBe(1);
    expect(await made.entries('command.refused')).toEqual([]);
    platform.isAway = false;
    await made.pass(5_000);
    expect(kindOf(await made.execute('ping_latency', {}, OTHER))).toBe('not-yours');
  });

  it('DEV-117 that another agent’s session was there and is over is not told, and a wish for it is audited', async () => {
    const { made } = await running();
    await made.desk.end('one', { solvedRemotely: true }, AGENT);
    await made.pass(5_000);
    expect(kindOf(await made.execute('ping_latency', {}, OTHER))).toBe('not-yours');
    expect(kindOf(await made.desk.end('one', { solvedRemotely: true }, OTHER))).toBe('not-yours');
    await made.settle();
    expect((await made.entries()).slice(-2)).toMatchObject([
      { action: 'command.refused', actor: 'person:bob' },
      { action: 'session.refused', actor: 'person:bob' },
    ]);
    expect(kindOf(await made.execute('ping_latency'))).toBe('ended');
  });
});
