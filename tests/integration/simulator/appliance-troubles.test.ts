import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { planFleet } from '../../../server/simulator/world/device-fleet';
import { type ApplianceStage, type Link, setApplianceStage } from './appliance-stage';

const FLEET = planFleet({ devices: 60, seed: 1 });
const idAt = (index: number) => FLEET[index]?.deviceId ?? '';
/** Of a device that refuses where it is offline, and of one that never answers. */
const [ID, OTHER] = [idAt(1), idAt(2)];
let stage: ApplianceStage;

const types = (link: Link) => link.of().map(({ type }) => type);
const runs = () => stage.simulator.side.appliances?.commands() ?? [];
const run = (id: string) => runs().find((one) => one.id === id);
const ended = (link: Link) => stage.until(() => link.of('result').length > 0);

describe('the troubles of appliances', () => {
  beforeEach(async () => {
    stage = await setApplianceStage();
  });
  afterEach(() => stage.stop());

  it.each([
    ['command', [], undefined],
    ['received', [], 'done'],
    ['running', ['received'], 'done'],
    ['result', ['received', 'running'], 'done'],
  ])('SIM-70 break a link on command at “%s”', async (when, told, state) => {
    await stage.inject({ kind: 'applianceCut', when, command: 'signal_strength', times: 1 });
    const link = await stage.link(ID);
    link.command('c0', 'firmware_version');
    await ended(link);
    const before = link.of().length;
    link.command('c1', 'signal_strength');
    await stage.until(() => !link.isOpen);
    expect(types(link).slice(before)).toEqual(told);
    await stage.pass(2_000, 20);
    expect(run('c1')?.state).toBe(state);
  });

  it.each([
    ['silent', 0, 0, 1],
    ['halfOpen', 0, 0, 0],
    ['noHeartbeat', 0, 1, 1],
    ['noMetrics', 1, 0, 1],
  ])('SIM-70 are %s on command', async (mode, beats, measures, hears) => {
    const link = await stage.link(ID);
    await stage.until(() => link.of('metrics').length > 0);
    await stage.inject({ kind: 'applianceSilence', mode, deviceId: ID });
    await stage.until(() => stage.simulator.faults.list().length === 1);
    await stage.pass(200, 20);
    const before = { beats: link.of('heartbeat').length, measures: link.of('metrics').length };
    link.command('c1', 'firmware_version');
    await stage.pass(6_000, 20);
    const grown = (count: number, past: number) => (count > past ? 1 : 0);
    expect([
      grown(link.of('heartbeat').length, before.beats),
      grown(link.of('metrics').length, before.measures),
      runs().length,
    ]).toEqual([beats, measures, hears]);
    expect(link.isOpen).toBe(true);
    await stage.simulator.faults.clear();
    await stage.until(() => link.of('metrics').length > before.measures + 1);
  });

  it('SIM-70 refuse handshakes on command, or never answer them', async () => {
    await stage.inject({ kind: 'applianceHandshake', status: 403, times: 1 });
    expect(await stage.refused(ID)).toBe(403);
    await stage.inject({ kind: 'applianceHandshake', mode: 'hang', deviceId: ID });
    await unanswered(ID);
    expect((await stage.link(OTHER)).isOpen).toBe(true);
  });

  it('SIM-70 send broken frames on command', async () => {
    const link = await stage.link(ID);
    await stage.inject({ kind: 'applianceFrames', mode: 'binary', deviceId: ID });
    await stage.until(() => link.raw.includes('<binary>'));
    stage.simulator.faults.clear();
    await stage.inject({ kind: 'applianceFrames', mode: 'drop', deviceId: ID });
    await stage.pass(100, 20);
    const before = link.raw.length;
    await stage.pass(3_000, 20);
    expect(link.raw.length).toBe(before);
  });

  const RESULT = {
    type: 'result',
    id: 'c1',
    ok: true,
    result: { firmware_version: FLEET[1]?.firmwareVersion },
  };
  it.each([
    ['unknownId', [{ ...RESULT, id: 'not-c1' }, RESULT]],
    ['twice', [RESULT, RESULT]],
    ['contradiction', [RESULT, { type: 'result', id: 'c1', ok: false, error: 'it failed' }]],
    ['wrongTypes', [{ type: 'result', id: 'c1', ok: 'yes', result: [7] }]],
    ['empty', [{ type: 'result', id: 'c1', ok: true }]],
    ['fails', [{ type: 'result', id: 'c1', ok: false, error: 'the module does not answer' }]],
    ['never', []],
    ['notJson', []],
  ])('SIM-71 lie on command: %s', async (mode, told) => {
    await stage.inject({ kind: 'applianceLie', mode, command: 'firmware_version', times: 1 });
    const link = await stage.link(ID);
    link.command('c1', 'firmware_version');
    await stage.until(() => run('c1')?.endedAt != null);
    await stage.until(() => link.of('result').length >= told.length);
    await stage.pass(500, 20);
    expect(link.of('result')).toEqual(told);
    expect(link.raw.includes('{"type":"result","id":')).toBe(mode === 'notJson');
    expect(run('c1')?.state).toBe(mode === 'fails' ? 'failed' : 'done');
  });

  it('SIM-71 lie on command: early, huge, and what they have forgotten', async () => {
    const link = await stage.link(ID);
    await stage.inject({ kind: 'applianceLie', mode: 'early', times: 1 });
    link.command('c1', 'firmware_version');
    await stage.until(() => types(link).includes('running'));
    await stage.pass(1_000, 20);
    expect(types(link)).toEqual(['result', 'received', 'running']);
    await stage.inject({ kind: 'applianceLie', mode: 'huge', times: 1 });
    link.command('c2', 'firmware_version');
    await stage.until(() => link.raw.some((text) => text.length > 65_536));
    await stage.inject({ kind: 'applianceLie', mode: 'forgets', times: 1 });
    link.ask('c2');
    await stage.until(() => link.of('known').length === 1);
    expect(link.of('known')).toEqual([{ type: 'known', id: 'c2', state: 'unknown' }]);
    link.command('c2', 'firmware_version');
    await stage.until(() => runs().filter(({ id }) => id === 'c2').length === 2);
  });

  it('SIM-72 are offline where their device is: one refuses or breaks, another is silent', async () => {
    const [refusing, silent] = [await stage.link(ID), await stage.link(OTHER)];
    await stage.inject({ kind: 'loseDevice', deviceId: ID, forMs: 60_000 });
    await stage.inject({ kind: 'loseDevice', deviceId: OTHER, forMs: 60_000 });
    await stage.until(() => !refusing.isOpen);
    expect(await stage.refused(ID)).toBe(503);
    await stage.pass(1_000, 20);
    const before = silent.raw.length;
    silent.command('c1', 'firmware_version');
    await stage.pass(10_000, 20);
    expect([silent.isOpen, silent.raw.length, runs()]).toEqual([true, before, []]);
    await unanswered(OTHER);
    await stage.pass(60_000, 500);
    expect((await stage.link(ID)).isOpen).toBe(true);
  });
});

/** The line stays open, and nothing comes back. */
async function unanswered(deviceId: string): Promise<void> {
  const { body } = await stage.token();
  const address = `${stage.simulator.url.replace('http', 'ws')}/appliances/${deviceId}`;
  const socket = new WebSocket(address, { headers: { Authorization: `Bearer ${body.access_token}` } });
  const before = stage.simulator.side.appliances?.truth().handshakes.unanswered ?? 0;
  socket.on('error', () => {});
  await stage.until(() => stage.simulator.side.appliances?.truth().handshakes.unanswered === before + 1);
  await stage.pass(20_000, 500);
  expect(socket.readyState).toBe(WebSocket.CONNECTING);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.terminate();
  await closed;
}
