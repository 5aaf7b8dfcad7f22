import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planFleet } from '../../../server/simulator/world/device-fleet';
import { type ApplianceStage, type Heard, type Link, setApplianceStage } from './appliance-stage';

const FLEET = planFleet({ devices: 60, seed: 1 });
const idAt = (index: number) => FLEET[index]?.deviceId ?? '';
/** Of a device that refuses where it is offline, and of one that never answers. */
const [ID, OTHER] = [idAt(1), idAt(2)];
let stage: ApplianceStage;

const types = (link: Link) => link.of().map(({ type }) => type);
const valuesOf = ({ values }: Heard) => values as Record<string, number>;
const books = async () => (await stage.control('appliances')) as Record<string, Record<string, number>>;
const runs = () => stage.simulator.side.appliances?.commands() ?? [];
const run = (id: string) => runs().find((one) => one.id === id);
const ended = (link: Link) => stage.until(() => link.of('result').length > 0);

describe('the appliances', () => {
  beforeEach(async () => {
    stage = await setApplianceStage();
  });
  afterEach(() => stage.stop());

  it('SIM-65 take a link with a good token of the device cloud, for a device that there is', async () => {
    for (const token of ['x', await stage.login()]) expect(await stage.refused(ID, token)).toBe(401);
    expect(await stage.refused('none')).toBe(404);
    expect(await stage.refused('%E0%A4%A')).toBe(404);
    const first = await stage.link(ID);
    const second = await stage.link(ID);
    await stage.until(() => !first.isOpen);
    expect(second.isOpen).toBe(true);
    const old = String((await stage.token()).body.access_token);
    await stage.inject({ kind: 'revokeDeviceTokens' });
    expect(await stage.refused(ID, old)).toBe(401);
    expect((await books()).handshakes).toEqual({ accepted: 2, unauthorised: 3, refused: 2, unanswered: 0 });
    expect((await books()).open).toBe(1);
  });

  it('SIM-66 beat every 5 s and measure ten times a second', async () => {
    const link = await stage.link(ID);
    await stage.pass(30_000, 20);
    await stage.until(() => link.of('heartbeat').length >= 7);
    expect(link.of('heartbeat')).toHaveLength(7);
    expect(Math.abs(link.of('metrics').length - 300)).toBeLessThanOrEqual(5);
    for (const frame of link.of('metrics')) {
      const { signal_dbm: signal = 0, packet_loss_pct: loss = -1, latency_ms: latency = 0 } = valuesOf(frame);
      expect([signal <= -35 && signal >= -99, loss >= 0 && loss <= 100, latency > 0]).toEqual([
        true,
        true,
        true,
      ]);
    }
  });

  it('SIM-66 measure what they are told to', async () => {
    await stage.inject({ kind: 'applianceMetrics', deviceId: ID, signal_dbm: -89, packet_loss_pct: 7.5 });
    const [link, other] = [await stage.link(ID), await stage.link(OTHER)];
    await stage.until(() => link.of('metrics').length > 3 && other.of('metrics').length > 3);
    for (const frame of link.of('metrics')) {
      expect(valuesOf(frame)).toMatchObject({ signal_dbm: -89, packet_loss_pct: 7.5 });
    }
    expect(other.of('metrics').some((frame) => valuesOf(frame).signal_dbm !== -89)).toBe(true);
  });

  it.each([
    ['ping_latency', {}, 1_000, 3_000, { sent: 10 }],
    ['firmware_version', {}, 0, 300, { firmware_version: FLEET[1]?.firmwareVersion }],
    ['signal_strength', {}, 100, 700, {}],
    ['channel_scan', { duration: '3s' }, 3_000, 3_100, { duration_ms: 3_000 }],
  ])('SIM-67 run %s for its time', async (command, params, atLeastMs, atMostMs, result) => {
    const link = await stage.link(ID);
    link.command('c1', command, params);
    await ended(link);
    expect(types(link)).toEqual(['received', 'running', 'result']);
    expect(link.of('result')).toMatchObject([{ id: 'c1', ok: true, result }]);
    const { startedAt, endedAt, heardAt } = run('c1') ?? { startedAt: 0, endedAt: 0, heardAt: 0 };
    const tookMs = (endedAt ?? 0) - (startedAt ?? 0);
    expect([tookMs >= atLeastMs, tookMs <= atMostMs, (startedAt ?? 0) > heardAt]).toEqual([true, true, true]);
  });

  it('SIM-67 fail what they do not know, and read nothing else', async () => {
    const link = await stage.link(ID);
    for (const text of ['', '{', '[]', 'null', '{"type":"command","id":"x"}', '{"type":"ask","id":7}']) {
      link.socket.send(text);
    }
    link.socket.send(Buffer.from([1, 2]));
    link.command('c1', 'format_disk');
    link.command('c2', 'channel_scan', { duration: '1 year' });
    await stage.until(() => link.of('result').length === 2);
    expect(link.of('result')).toMatchObject([
      { id: 'c1', ok: false, error: 'unknown command' },
      { id: 'c2', ok: false, error: 'duration is not like 30s' },
    ]);
    expect((await books()).commands).toMatchObject({ unreadable: 7, taken: 2, overlapping: 1 });
  });

  it('SIM-68 go away for a reboot, and know when they are back that it is done', async () => {
    const link = await stage.link(ID);
    link.command('c1', 'reboot_module');
    await stage.until(() => !link.isOpen);
    expect(types(link)).toEqual(['received', 'running']);
    expect(await stage.refused(ID)).toBe(503);
    await stage.pass(10_100, 20);
    const back = await stage.link(ID);
    back.ask('c1');
    await stage.until(() => back.of('known').length === 1);
    expect(back.of()).toEqual([{ type: 'known', id: 'c1', state: 'done', result: { rebooted: true } }]);
    expect(run('c1')).toMatchObject({ state: 'done', asks: 1, repeats: 0 });
  });

  it('SIM-69 go on without a link, know what became of a command, and run no id twice', async () => {
    const link = await stage.link(ID);
    link.ask('c1');
    link.command('c1', 'ping_latency');
    await stage.until(() => types(link).includes('running'));
    expect(link.of('known')).toEqual([{ type: 'known', id: 'c1', state: 'unknown' }]);
    expect((await stage.inject({ kind: 'cutAppliances', deviceId: ID })).body.affected).toBe(1);
    await stage.until(() => !link.isOpen);
    const second = await stage.link(ID);
    second.ask('c1');
    second.command('c1', 'ping_latency');
    await stage.until(() => second.of().length >= 2);
    expect(second.of()).toEqual([
      { type: 'known', id: 'c1', state: 'running' },
      { type: 'running', id: 'c1' },
    ]);
    await ended(second);
    second.command('c1', 'ping_latency');
    second.ask('c1');
    await stage.until(() => second.of('result').length === 2 && second.of('known').length === 2);
    const [told] = second.of('result');
    expect(second.of('result')[1]).toEqual(told);
    expect(second.of('known')[1]).toEqual({ type: 'known', id: 'c1', state: 'done', result: told?.result });
    expect(runs()).toMatchObject([{ id: 'c1', repeats: 2, asks: 2 }]);
    expect((await books()).commands).toMatchObject({ taken: 1, repeats: 2, asks: 3, unknown: 1 });
  });

  it('SIM-74 hang on one timer, however many links are open', async () => {
    const before = stage.clock.pendingCount;
    const links: Link[] = [];
    for (const { deviceId } of FLEET) links.push(await stage.link(deviceId));
    expect(stage.clock.pendingCount).toBe(before + 1);
    await stage.pass(2_000, 20);
    await stage.until(() => links.every((link) => link.of('metrics').length >= 19), 1);
    expect(links.every((link) => link.of('metrics').length <= 25)).toBe(true);
    for (const { socket } of links) socket.terminate();
    await stage.until(() => stage.simulator.side.appliances?.truth().open === 0);
    await stage.pass(10_000, 500);
    expect(stage.clock.pendingCount).toBe(before);
  });

  it('SIM-73 tell in their books every command, when and how often, whatever they have said', async () => {
    await stage.inject({ kind: 'applianceLie', mode: 'never' });
    const link = await stage.link(ID);
    for (const id of ['c1', 'c2']) {
      link.command(id, 'firmware_version');
      await stage.until(() => run(id)?.endedAt != null);
    }
    const { commands } = await stage.control(`appliance-commands?deviceId=${ID}`);
    expect(commands).toEqual(JSON.parse(JSON.stringify(runs())));
    expect(commands).toMatchObject([
      { deviceId: ID, id: 'c1', command: 'firmware_version', params: {}, state: 'done', repeats: 0, asks: 0 },
      { id: 'c2', outcome: { ok: true } },
    ]);
    expect((await stage.control(`appliance-commands?deviceId=${OTHER}`)).commands).toEqual([]);
    expect((await books()).metrics).toBeGreaterThan(0);
  });
});
