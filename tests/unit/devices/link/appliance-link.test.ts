import { describe, expect, it } from 'vitest';
import { err } from '../../../../lib/result';
import { failure } from '../../../../server/runtime/errors';
import { HEARTBEAT, LinkStage, settled } from './link-stage';

const CUT = { isFinal: false, reason: 'cut', floorMs: 0 };
const METRICS = '{"type":"metrics","values":{"signal_dbm":-71}}';
const up = { kind: 'up' };

describe('a link to an appliance', () => {
  it('DEV-61 comes with the token that all share, and renews one that is refused, once', async () => {
    const stage = new LinkStage();
    const { link, told } = await stage.link();
    expect(link.state).toEqual({ kind: 'connecting' });
    expect(stage.socket()).toMatchObject({ address: 'wss://link.example/devices/d1', token: 'token-1' });
    stage.socket().refused(401, 0);
    await settled();
    expect(stage.invalidated).toEqual(['token-1']);
    expect(stage.socket().token).toBe('token-2');
    stage.socket().refused(401, 0);
    await settled();
    expect(stage.sockets).toHaveLength(2);
    expect(told).toEqual([{ kind: 'failed', reason: 'the link refuses our token (401)' }]);
    expect(stage.invalidated).toEqual(['token-1', 'token-2']);
    link.close();
  });

  it('DEV-61 fails where our client is refused, and waits where tokens are away', async () => {
    const stage = new LinkStage();
    stage.token = () => err(failure('retry', 'timeout', 'no token in 500 ms'));
    const { link, told } = await stage.link();
    expect(told).toEqual([{ kind: 'lost', reason: 'no token in 500 ms' }]);
    stage.token = () => err(failure('fatal', 'invalid_client', 'the client is refused'));
    await stage.pass(1_000);
    expect(told.at(-1)).toEqual({ kind: 'failed', reason: 'the client is refused' });
    expect(stage.sockets).toEqual([]);
    link.close();
  });

  it('DEV-63 gives up a handshake after 5 s, the wait for a token in it', async () => {
    const stage = new LinkStage();
    const { link, told } = await stage.link();
    await stage.pass(4_999);
    expect(told).toEqual([]);
    await stage.pass(1);
    expect(told).toEqual([{ kind: 'lost', reason: 'the device did not answer in 5 s' }]);
    expect(stage.socket().over).toBe('dropped');
    stage.socket().opened();
    expect(link.state.kind).toBe('lost');
    link.close();
  });

  it.each<[number, number, string, number | null]>([
    [403, 0, 'the link does not let us in to this device (403)', null],
    [404, 0, 'the link knows no such device (404)', null],
    [302, 0, 'refused to follow a redirect of the link (302)', null],
    [200, 0, 'the link answered 200 where it should have opened', null],
    [503, 0, 'the link answered 503', 1_000],
    [429, 7_000, 'the link answered 429', 7_000],
    [429, 600_000, 'the link answered 429', 60_000],
  ])('DEV-63 answered %i, asked to wait %i ms: %s', async (status, retryAfterMs, reason, waitMs) => {
    const stage = new LinkStage();
    const { link, told } = await stage.link();
    stage.socket().refused(status, retryAfterMs);
    expect(told).toEqual([{ kind: waitMs === null ? 'failed' : 'lost', reason }]);
    await stage.pass((waitMs ?? 3_600_000) - 1);
    expect(stage.sockets).toHaveLength(1);
    await stage.pass(1);
    expect(stage.sockets).toHaveLength(waitMs === null ? 1 : 2);
    link.close();
  });

  it('DEV-65 is lost 15 s after its last heartbeat, whatever else comes, and others are not', async () => {
    const stage = new LinkStage();
    const [one, other] = [await stage.upLink('one'), await stage.upLink('other')];
    for (let n = 0; n < 29; n += 1) {
      await stage.pass(500);
      one.socket.frame(METRICS, METRICS.length);
      other.socket.frame(HEARTBEAT, HEARTBEAT.length);
    }
    expect(one.link.state).toEqual(up);
    await stage.pass(500);
    expect(one.link.state).toEqual({ kind: 'lost', reason: 'the device gave no sign of life for 15 s' });
    expect(one.socket.over).toBe('dropped');
    expect(other.link.state).toEqual(up);
    one.link.close();
    other.link.close();
  });

  it('DEV-65 stays up with a heartbeat in each 15 s', async () => {
    const stage = new LinkStage();
    const { link, socket } = await stage.upLink();
    for (let n = 0; n < 20; n += 1) {
      await stage.pass(14_900);
      socket.frame(HEARTBEAT, HEARTBEAT.length);
    }
    expect(link.state).toEqual(up);
    link.close();
  });

  it('DEV-65 does not hold against a device that this machine stood still', async () => {
    const stage = new LinkStage();
    const { link, socket } = await stage.upLink();
    await stage.pass(10_000);
    stage.clock.lateMs = 60_000;
    await stage.pass(4_500);
    expect(link.state).toEqual(up);
    socket.frame(HEARTBEAT, HEARTBEAT.length);
    await stage.pass(14_500);
    expect(link.state).toEqual(up);
    await stage.pass(500);
    expect(link.state.kind).toBe('lost');
    link.close();
  });

  it('DEV-67 comes back by itself: within 1 s, 2 s … 30 s, never at once, and is told as lost until then', async () => {
    const stage = new LinkStage();
    const { link, told, socket } = await stage.upLink();
    socket.ended(CUT);
    for (const [n, waitMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      await stage.pass(waitMs - 1);
      expect(stage.sockets).toHaveLength(n + 1);
      await stage.pass(1);
      expect(stage.sockets).toHaveLength(n + 2);
      stage.socket().ended(CUT);
    }
    expect(told).toEqual([up, { kind: 'lost', reason: 'cut' }]);
    stage.chance = 0;
    await stage.pass(30_000);
    stage.socket().ended(CUT);
    await stage.pass(249);
    expect(stage.sockets).toHaveLength(9);
    await stage.pass(1);
    stage.socket().opened();
    expect(told.at(-1)).toEqual(up);
    link.close();
  });

  it('DEV-67 tries again at once when asked to, also where it had failed', async () => {
    const stage = new LinkStage();
    const { link, told, socket } = await stage.upLink();
    link.retry();
    expect(stage.sockets).toHaveLength(1);
    socket.ended(CUT);
    link.retry();
    await settled();
    expect(stage.sockets).toHaveLength(2);
    stage.socket().refused(404, 0);
    await stage.pass(3_600_000);
    expect(stage.sockets).toHaveLength(2);
    link.retry();
    expect(told.at(-1)).toEqual({ kind: 'connecting' });
    await settled();
    stage.socket().opened();
    expect(told.at(-1)).toEqual(up);
    await stage.pass(10_000);
    expect(link.state).toEqual(up);
    link.close();
  });

  it('DEV-71 cuts off a device that floods, and leaves it alone for 10 s', async () => {
    const stage = new LinkStage();
    const { link, told, socket } = await stage.upLink();
    for (let n = 0; n < 1_001 && socket.over === null; n += 1) socket.frame(METRICS, METRICS.length);
    expect(told.filter((one) => one === 'metrics')).toHaveLength(1_000);
    expect(told.at(-1)).toEqual({ kind: 'lost', reason: 'the device sends far more than it should' });
    await stage.pass(9_999);
    expect(stage.sockets).toHaveLength(1);
    await stage.pass(1);
    expect(stage.sockets).toHaveLength(2);
    expect(await stage.metrics.expose()).toMatch(/^floorcast_appliance_floods_total 1$/m);
    link.close();
  });

  it('DEV-71 begins to count anew with each connection', async () => {
    const stage = new LinkStage();
    const { link, socket } = await stage.upLink();
    for (let n = 0; n < 900; n += 1) socket.frame(METRICS, METRICS.length);
    socket.ended(CUT);
    link.retry();
    await settled();
    stage.socket().opened();
    for (let n = 0; n < 900; n += 1) stage.socket().frame(METRICS, METRICS.length);
    expect(link.state).toEqual(up);
    link.close();
  });

  it('DEV-71 takes 200 frames a second for ever, and counts pings and large frames, too', async () => {
    const stage = new LinkStage();
    const { link, socket } = await stage.upLink();
    for (let n = 0; n < 12_000; n += 1) {
      if (n % 1_000 === 0) socket.frame(HEARTBEAT, HEARTBEAT.length);
      stage.clock.advance(5);
      socket.frame(METRICS, METRICS.length);
    }
    expect(link.state).toEqual(up);
    await stage.pass(5_000);
    for (let n = 0; n < 900; n += 1) socket.otherFrame('control', 4);
    expect(link.state).toEqual(up);
    socket.otherFrame('binary', 40_000);
    socket.frame(HEARTBEAT, 64_000);
    expect(link.state.kind).toBe('lost');
    link.close();
  });

  it('DEV-72 sends while it is up, and says no else', async () => {
    const stage = new LinkStage();
    const { link } = await stage.link();
    const command = { id: 'c1', command: 'channel_scan', params: { duration: '30s' } };
    expect([link.send(command), link.ask('c1')]).toEqual([false, false]);
    const socket = stage.socket();
    socket.opened();
    expect([link.send(command), link.ask('c1')]).toEqual([true, true]);
    expect(socket.sent.map((text) => JSON.parse(text))).toEqual([
      { type: 'command', ...command },
      { type: 'ask', id: 'c1' },
    ]);
    socket.ended(CUT);
    expect([link.send(command), link.ask('c1')]).toEqual([false, false]);
    link.close();
    expect([link.send(command), link.ask('c1')]).toEqual([false, false]);
  });

  it('DEV-72 is lost soon where the device does not read: who was told no hears of it', async () => {
    const stage = new LinkStage();
    const { link, told, socket } = await stage.upLink();
    socket.isReading = false;
    expect(link.ask('c1')).toBe(false);
    expect(told).toEqual([up]);
    socket.isReading = true;
    expect(link.ask('c1')).toBe(false);
    await stage.pass(500);
    expect(told.at(-1)).toEqual({ kind: 'lost', reason: 'the device does not read what is sent to it' });
    await stage.pass(1_000);
    stage.socket().opened();
    expect(link.ask('c1')).toBe(true);
    link.close();
  });

  it('DEV-73 takes leave, and tells nothing after that', async () => {
    const stage = new LinkStage();
    const { link, told, socket } = await stage.upLink();
    link.close();
    link.close();
    link.retry();
    socket.ended(CUT);
    await stage.pass(3_600_000);
    expect(socket.over).toBe('left');
    expect(told).toEqual([up]);
    expect(stage.sockets).toHaveLength(1);
    const waiting = await stage.link('d2');
    stage.socket().ended(CUT);
    waiting.link.close();
    const early = stage.open('d3', { onState: () => {}, onMessage: () => {} });
    early.close();
    await settled();
    expect(stage.sockets).toHaveLength(2);
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('DEV-73 harms nobody where its listener throws, and takes what the listener asks for at once', async () => {
    const stage = new LinkStage();
    const other = await stage.upLink('other');
    const broken = await stage.upLink('broken', () => {
      throw new Error('a listener of the test');
    });
    broken.socket.frame(HEARTBEAT, HEARTBEAT.length);
    await stage.pass(15_000);
    expect([broken.link.state.kind, other.link.state.kind]).toEqual(['lost', 'lost']);
    expect(stage.lines.filter((line) => line.includes('a listener of the test'))).toHaveLength(3);
    const closing = await stage.link('closing', () => closing.link.close());
    stage.socket().opened();
    expect(stage.socket().over).toBe('left');
    for (const { link } of [broken, other]) link.close();
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('DEV-74 counts frames, moves and links that are up, and says a reason once, without what devices say', async () => {
    const stage = new LinkStage();
    const [one, other] = [await stage.upLink('serial-1'), await stage.upLink('serial-2')];
    one.socket.frame(METRICS, METRICS.length);
    one.socket.frame('{"type":"stranger-words"}', 25);
    one.socket.otherFrame('binary', 3);
    const said = await stage.metrics.expose();
    expect(said).toMatch(/^floorcast_appliance_frames_total{kind="metrics"} 1$/m);
    expect(said).toMatch(/^floorcast_appliance_frames_total{kind="stranger"} 2$/m);
    expect(said).toMatch(/^floorcast_appliance_links_up 2$/m);
    one.socket.refused(403, 0);
    other.socket.refused(403, 0);
    expect(await stage.metrics.expose()).toMatch(/^floorcast_appliance_links_up 0$/m);
    expect(stage.lines).toHaveLength(1);
    expect(stage.lines.join()).toContain('does not let us in');
    for (const secret of ['token-1', 'serial', '-71', 'stranger-words', 'link.example']) {
      expect(stage.lines.join()).not.toContain(secret);
    }
    one.link.retry();
    await settled();
    stage.socket().opened();
    stage.socket().refused(403, 0);
    expect(stage.lines).toHaveLength(2);
    one.link.retry();
    await settled();
    stage.socket().opened();
    one.link.close();
    other.link.close();
    expect(await stage.metrics.expose()).toMatch(/^floorcast_appliance_links_up 0$/m);
  });

  it('DEV-60 fails for a device whose name makes no address, and tells so after it has returned', async () => {
    const stage = new LinkStage();
    const { link, told } = await stage.link('..');
    expect(told).toEqual([{ kind: 'failed', reason: 'a device of such a name cannot be addressed' }]);
    expect(stage.sockets).toEqual([]);
    link.close();
  });
});
