import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Channel, type Listener, type SimStage, setSimStage } from './sim-stage';

const SUBSCRIPTIONS = (channel: Channel) => `/api/v2/notifications/channels/${channel.id}/subscriptions`;
let stage: SimStage;
let token: string;

async function open(topics: readonly string[] = []): Promise<{ channel: Channel; listener: Listener }> {
  const channel = await stage.channel(token, topics);
  return { channel, listener: await stage.connect(channel) };
}
const inject = (body: unknown) => stage.call('POST', '/simulator/faults', { body });
const me = () => stage.call('GET', '/api/v2/tokens/me', { token });
const topic = (index = 0) => `v2.analytics.queues.${stage.simulator.truth().queues[index]?.id}.observations`;

describe('faults', () => {
  beforeEach(async () => {
    stage = await setSimStage();
    token = await stage.login();
  });
  afterEach(() => stage.stop());

  it('SIM-22 cuts all sockets, or one', async () => {
    const [one, two] = [await open(), await open()];
    expect(stage.simulator.faults.inject({ kind: 'cutSockets', channelId: one.channel.id }).affected).toBe(1);
    expect(await one.listener.closed()).toBe(1006);
    expect(two.listener.socket.readyState).toBe(1);
    expect((await inject({ kind: 'cutSockets' })).body.affected).toBe(1);
    expect(await two.listener.closed()).toBe(1006);
    // The channels are there as before.
    await stage.connect(one.channel);
  });

  it('SIM-22 closes sockets with a code', async () => {
    const { listener } = await open();
    await inject({ kind: 'closeSockets', code: 1012, reason: 'restart' });
    expect(await listener.closed()).toBe(1012);
  });

  it('SIM-22 announces a closing and then closes, unless the client has come back meanwhile', async () => {
    const [stays, returns] = [await open(), await open()];
    await inject({ kind: 'announceClosing', closeAfterMs: 5_000 });
    await stage.pass(1_000, 100);
    expect(stays.listener.of('v2.system.socket_closing')).toHaveLength(1);
    const again = await stage.connect(returns.channel);
    await stage.pass(4_500, 100);
    expect(await stays.listener.closed()).toBe(1001);
    expect(again.socket.readyState).toBe(1);
  });

  it('SIM-22 expires and evicts channels', async () => {
    const [old, young] = [await open(), await open()];
    await stage.pass(100);
    expect((await inject({ kind: 'evictChannel' })).body.affected).toBe(1);
    expect(await old.listener.closed()).toBe(1001);
    await expect(stage.connect(old.channel)).rejects.toThrow('404');
    await inject({ kind: 'expireChannels', channelId: young.channel.id });
    expect(await young.listener.closed()).toBe(1001);
    expect((await stage.call('GET', SUBSCRIPTIONS(young.channel), { token })).status).toBe(404);
  });

  it('SIM-22 keeps sockets open and silent: no heartbeat, no pong, no event', async () => {
    const { listener } = await open([topic(0), topic(1), topic(2)]);
    await stage.pass(40_000, 500);
    const before = listener.raw.length;
    expect(before).toBeGreaterThan(10);
    let protocolPongs = 0;
    listener.socket.on('pong', () => {
      protocolPongs += 1;
    });
    const { id } = stage.simulator.faults.inject({ kind: 'silence' });
    listener.socket.send('{"message":"ping"}');
    listener.socket.ping();
    await stage.pass(60_000, 500);
    expect([listener.raw.length - before, protocolPongs, listener.socket.readyState]).toEqual([0, 0, 1]);
    stage.simulator.faults.clear(id);
    await stage.pass(31_000, 500);
    expect(listener.raw.length).toBeGreaterThan(before);
  });

  it('SIM-22 refuses handshakes, for a while', async () => {
    const channel = await stage.channel(token);
    await inject({ kind: 'refuseHandshakes', status: 502, times: 2 });
    await expect(stage.connect(channel)).rejects.toThrow('502');
    await expect(stage.connect(channel)).rejects.toThrow('502');
    await stage.connect(channel);
  });

  it('SIM-22 revokes tokens and says so on the socket', async () => {
    const { channel, listener } = await open();
    expect((await inject({ kind: 'revokeTokens' })).body.affected).toBe(1);
    expect((await me()).body.code).toBe('bad.credentials');
    await stage.pass(50);
    expect(listener.frames.map((frame) => frame.topicName)).toEqual([
      `v2.system.token_revoked.${channel.id}`,
    ]);
    token = await stage.login();
    expect((await me()).status).toBe(200);
  });

  it('SIM-22 takes a topic away and says so', async () => {
    const { channel, listener } = await open([topic(0), topic(1)]);
    await inject({ kind: 'loseTopic', topic: topic(0) });
    await stage.pass(50);
    expect(listener.of(`no_longer_subscribed.${channel.id}`)[0]?.eventBody).toEqual({ topics: [topic(0)] });
    const { body } = await stage.call('GET', SUBSCRIPTIONS(channel), { token });
    expect(body.entities).toEqual([{ id: topic(1), state: 'Permitted' }]);
  });

  it.each([
    [401, 'bad.credentials'],
    [403, 'missing.permissions'],
    [404, 'not.found'],
    [429, 'too.many.requests'],
    [500, 'internal.server.error'],
    [503, 'service.unavailable'],
    [504, 'request.timeout'],
  ])('SIM-23 answers %d as often as asked', async (status, code) => {
    await inject({ kind: 'restError', status, times: 2 });
    const answers = [await me(), await me(), await me()];
    expect(answers.map((one) => one.status)).toEqual([status, status, 200]);
    expect(answers[0]?.body).toMatchObject({ code, status });
    expect(answers[0]?.headers.get('retry-after')).toBeNull();
  });

  it('SIM-23 fails by path and method, with Retry-After, and the login too', async () => {
    await inject({ kind: 'restError', status: 429, retryAfterSeconds: 7, path: '/channels', method: 'POST' });
    const post = await stage.call('POST', '/api/v2/notifications/channels', { token });
    expect([post.status, post.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await stage.call('GET', '/api/v2/notifications/channels', { token })).status).toBe(200);
    expect((await me()).status).toBe(200);
    await inject({ kind: 'restError', status: 503, path: '/oauth/token' });
    expect((await stage.call('POST', '/oauth/token', { body: '' })).status).toBe(503);
    // Its own control is never faulted.
    expect((await stage.call('GET', '/simulator/faults')).status).toBe(200);
  });

  it.each([
    ['truncated', 200, 'application/json', /^\{.*[^}]$/],
    ['html', 200, 'text/html', /^<!doctype html>/],
    ['empty', 200, 'application/json', /^$/],
  ])('SIM-23 breaks bodies: %s', async (mode, status, type, text) => {
    await inject({ kind: 'brokenBody', mode, times: 1 });
    const broken = await me();
    expect([broken.status, broken.headers.get('content-type')]).toEqual([status, type]);
    expect(broken.text).toMatch(text);
    expect((await me()).body.organization).toBeDefined();
  });

  it('SIM-23 answers late', async () => {
    await inject({ kind: 'slowBody', delayMs: 5_000, times: 1 });
    let done = false;
    const late = me().then((answer) => {
      done = true;
      return answer;
    });
    await stage.pass(4_500, 100);
    expect(done).toBe(false);
    // The request may have come in a few steps after the clock began to move.
    while (!done) await stage.pass(500, 100);
    expect((await late).status).toBe(200);
  });

  it('SIM-25 lists what is in force, and it ends when used up, over or cleared', async () => {
    await inject({ kind: 'restError', status: 500, times: 1 });
    await inject({ kind: 'restError', status: 500, path: '/nowhere', forMs: 1_000 });
    await inject({ kind: 'slowBody', delayMs: 1, path: '/nowhere' });
    const list = async () => {
      const { body } = await stage.call('GET', '/simulator/faults');
      return (body.faults as { id: string; used: number }[]).map((one) => [one.id, one.used]);
    };
    expect(await list()).toEqual([
      ['fault-1', 0],
      ['fault-2', 0],
      ['fault-3', 0],
    ]);
    await me();
    expect((await list()).map(([id]) => id)).toEqual(['fault-2', 'fault-3']);
    stage.clock.advance(1_000);
    expect((await list()).map(([id]) => id)).toEqual(['fault-3']);
    expect((await stage.call('DELETE', '/simulator/faults/fault-9')).status).toBe(404);
    expect((await stage.call('DELETE', '/simulator/faults/fault-3')).body).toEqual({ cleared: 1 });
    await inject({ kind: 'silence' });
    expect((await stage.call('DELETE', '/simulator/faults')).body).toEqual({ cleared: 1 });
    expect(await list()).toEqual([]);
  });

  it.each([
    ['not json', /the body is not JSON/],
    [{}, /kind/],
    [{ kind: 'earthquake' }, /kind/],
    [{ kind: 'restError' }, /status/],
    [{ kind: 'restError', status: 200 }, /status/],
    [{ kind: 'silence', forMs: -1 }, /forMs/],
    [{ kind: 'frames', mode: 'drop', probability: 2 }, /probability/],
    [{ kind: 'cutSockets', everything: true }, /everything/],
  ])('SIM-25 refuses %j and says why', async (body, why) => {
    const answer = await inject(body);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toMatch(why);
  });

  it('SIM-25 knows what else it can be asked', async () => {
    expect((await stage.call('GET', '/simulator/health')).body).toEqual({ ok: true });
    expect((await stage.call('GET', '/simulator/truth?since=x')).status).toBe(400);
    expect((await stage.call('GET', '/simulator/truth?queueId=x')).status).toBe(404);
    const id = stage.simulator.truth().queues[1]?.id;
    const { body } = await stage.call('GET', `/simulator/truth?queueId=${id}&since=0`);
    expect(body).toMatchObject({ since: 0, replay: null, queues: [{ id, name: 'Ovens' }] });
    expect((await stage.call('PUT', '/simulator/truth')).status).toBe(404);
    expect((await stage.call('POST', '/simulator/replay/start')).status).toBe(409);
  });

  it('SIM-84 the world stands still while it is held, and goes on to now at once', async () => {
    const offered = () =>
      stage.simulator.truth().queues.flatMap(({ media }) => media.map(({ now, today }) => ({ now, today })));
    expect((await stage.call('POST', '/simulator/hold')).body).toEqual({ held: true });
    const still = offered();
    await stage.pass(120_000);
    expect(offered()).toEqual(still);
    expect((await stage.call('DELETE', '/simulator/hold')).body).toEqual({ held: false });
    expect(offered()).not.toEqual(still);
  });

  it('SIM-25 holds at most a hundred', async () => {
    for (let n = 0; n < 100; n += 1) stage.simulator.faults.inject({ kind: 'silence', channelId: `c${n}` });
    expect(() => stage.simulator.faults.inject({ kind: 'silence' })).toThrow('100 faults');
  });
});
