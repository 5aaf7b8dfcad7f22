import { describe, expect, it } from 'vitest';
import { ok } from '../../../../lib/result';
import { createFrameCounts } from '../../../../server/genesys/frame-counts';
import type { RestClient } from '../../../../server/genesys/rest-client';
import {
  createAgentChannels,
  EVERY_MS,
  FIRST_AFTER_MS,
} from '../../../../server/genesys/routing/agent-channels';
import type { SocketHandlers } from '../../../../server/genesys/socket';
import { silentLog } from '../../../../server/runtime/log';
import { FakeClock } from '../../../support/fake-clock';

const REFUSED = 'v2.users.refused.activity';

function setUp() {
  const clock = new FakeClock();
  const puts: string[][] = [];
  const sockets: SocketHandlers[] = [];
  const heard: unknown[] = [];
  const counts = createFrameCounts();
  let [made, ended] = [0, 0];
  let room: number | null = 2;
  let agents: readonly (readonly string[])[] = [[], []];
  const rest: RestClient = {
    dropToken: () => {},
    async call(call) {
      const answer = (value: unknown) => ok({ value: call.schema.parse(value), sentAt: 0 });
      if (!call.path.endsWith('/subscriptions') && !call.path.includes('/subscriptions?')) {
        made += 1;
        return answer({ id: `c${made}`, connectUri: `wss://streaming.example.com/channels/c${made}` });
      }
      const topics = (call.body as { id: string }[]).map(({ id }) => id);
      puts.push(topics);
      return answer({
        entities: topics.map((id) => ({ id, state: id === REFUSED ? 'Rejected' : 'Permitted' })),
      });
    },
  };
  const channels = createAgentChannels({
    ...{ rest, counts, clock, random: () => 0.5, log: silentLog, stamp: () => clock.now() },
    uriRule: { apiUrl: 'https://api.example.com', allowPlainSocketsTo: [] },
    openSocket(_, handlers) {
      sockets.push(handlers);
      return { send: () => {}, end: () => (ended += 1) };
    },
    room: () => room,
    agentsOf: (channel) => agents[channel] ?? [],
    onStatus: (...said) => void heard.push(said),
    onChange: () => {},
  });
  return {
    ...{ clock, channels, puts, sockets, heard, counts },
    ended: () => ended,
    want(first: readonly string[], second: readonly string[] = [], spare: number | null = 2) {
      agents = [first, second];
      room = spare;
      channels.changed();
    },
    pass: (ms: number) => clock.advanceAsync(ms, 250),
  };
}

const topic = (id: string) => `v2.users.${id}.activity`;

describe('channels of agents', () => {
  it('ROUTE-62 are opened when somebody is there, and told of others at a pace', async () => {
    const { want, pass, puts, sockets, channels, clock } = setUp();
    channels.changed();
    await pass(FIRST_AFTER_MS);
    expect(puts).toEqual([]);
    want(['a']);
    await pass(EVERY_MS);
    expect(puts).toEqual([[topic('a')]]);
    sockets[0]?.opened();
    want(['a', 'b']);
    want(['a', 'b', 'c']);
    await pass(EVERY_MS / 2);
    expect(puts).toHaveLength(1);
    await pass(EVERY_MS);
    expect(puts.slice(1)).toEqual([[topic('a'), topic('b'), topic('c')]]);
    want(['a', 'b', 'c'], ['d']);
    await pass(2 * EVERY_MS);
    // The first has what it had.
    expect(puts.slice(2)).toEqual([[topic('d')]]);
    expect(channels.report()).toEqual({ subscribed: 4, rejected: [], hasNoRoom: false });
    channels.stop();
    want(['e']);
    await pass(2 * EVERY_MS);
    expect([puts.length, clock.pendingCount]).toEqual([3, 0]);
  });

  it('ROUTE-63 tell the status of their agents, and count what cannot be read', async () => {
    const { want, pass, sockets, heard, counts, channels, clock } = setUp();
    want(['a']);
    await pass(FIRST_AFTER_MS);
    const [socket] = sockets;
    socket?.opened();
    const say = (topicName: string, eventBody: unknown) =>
      socket?.frame(JSON.stringify({ topicName, version: '2', eventBody, metadata: {} }));
    const at = clock.now() - 5_000;
    say(topic('a'), { routingStatus: { status: 'IDLE', startTime: new Date(at).toISOString() } });
    say(topic('a'), { routingStatus: { status: 'INTERACTING' } });
    say(topic('a'), { presence: {} });
    say(topic('a'), { routingStatus: 7 });
    say(topic('somebody'), { routingStatus: { status: 'IDLE' } });
    say('channel.metadata', { message: 'WebSocket Heartbeat' });
    socket?.frame('{');
    expect(heard).toEqual([
      ['a', 'IDLE', at],
      ['a', 'INTERACTING', clock.now()],
    ]);
    expect([counts.applied(), counts.ignored(), counts.received()]).toEqual([3, 2, 7]);
    channels.stop();
  });

  it('ROUTE-64 say which topics are refused, and that no channel is left; what is gone is closed', async () => {
    const { want, pass, channels, puts, sockets, ended } = setUp();
    want(['a', 'refused']);
    await pass(FIRST_AFTER_MS);
    sockets[0]?.opened();
    expect(channels.report()).toMatchObject({ subscribed: 1, rejected: [{ topic: REFUSED }] });
    want(['a', 'refused'], ['b'], 1);
    await pass(EVERY_MS);
    expect([channels.report().hasNoRoom, puts.length]).toEqual([true, 1]);
    want(['a'], [], 0);
    await pass(EVERY_MS);
    expect(channels.report()).toEqual({ subscribed: 0, rejected: [], hasNoRoom: true });
    expect(ended()).toBe(1);
    channels.stop();
  });

  it('CLUSTER-64 are closed on the spot where another node’s are the agents, and nothing is said to be missing', async () => {
    const { want, pass, channels, sockets, ended } = setUp();
    want(['a'], ['b']);
    await pass(FIRST_AFTER_MS);
    for (const socket of sockets) socket.opened();
    expect(channels.report().subscribed).toBe(2);
    want(['a'], ['b'], null);
    channels.lostRoom();
    expect(ended()).toBe(2);
    expect(channels.report()).toEqual({ subscribed: 0, rejected: [], hasNoRoom: false });
    await pass(2 * EVERY_MS);
    expect([sockets.length, channels.report().subscribed]).toEqual([2, 0]);
    want(['a']);
    await pass(EVERY_MS);
    expect(channels.report().subscribed).toBe(1);
    channels.stop();
    channels.lostRoom();
    expect(channels.report().subscribed).toBe(0);
  });
});
