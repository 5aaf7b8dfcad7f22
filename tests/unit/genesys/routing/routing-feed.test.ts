import { describe, expect, it } from 'vitest';
import type { RoutingEvent } from '../../../../lib/contracts/routing';
import { queueId } from '../../../../lib/ids';
import { createRoutingFeed } from '../../../../server/genesys/routing/routing-feed';
import { FakeClock } from '../../../support/fake-clock';

const Q = queueId('q1');

function setUp() {
  const clock = new FakeClock();
  const events: RoutingEvent[] = [];
  let calls = 0;
  const feed = createRoutingFeed({
    clock,
    onEvent: (event) => void events.push(event),
    onAgents: () => {
      calls += 1;
    },
    mostAgents: 2,
  });
  const start = clock.now();
  const iso = (at: number | null) => (at === null ? undefined : new Date(start + at).toISOString());
  /** Answered at `answeredAt`, hung up at `endedAt`; ms since the start. */
  const call = (id: string, queuedAt: number, answeredAt: number | null, endedAt: number | null = null) => {
    const part = (purpose: string, from: number | null, to: number | null, more: object = {}) => ({
      ...{ id: `${id}-${purpose}`, purpose, queueId: Q, connectedTime: iso(from), endTime: iso(to), ...more },
      calls: [
        {
          state: to === null ? 'connected' : 'terminated',
          connectedTime: iso(from),
          disconnectedTime: iso(to),
        },
      ],
    });
    const agent = part('agent', answeredAt, endedAt, { userId: `agent of ${id}`.replaceAll(' ', '-') });
    const participants = [
      part('customer', queuedAt, endedAt),
      part('acd', queuedAt, answeredAt ?? endedAt),
      ...(answeredAt === null ? [] : [agent]),
    ];
    return feed.conversation(Q, { id, participants });
  };
  const told = () =>
    events
      .splice(0)
      .map(({ interactionId, eventType, waitMs, agentStatus }) => [
        interactionId,
        eventType,
        waitMs,
        agentStatus,
      ]);
  return { clock, feed, call, told, start, agentCalls: () => calls };
}

describe('routing events of the platform', () => {
  it('ROUTE-61 count from the moment a queue is first listened to, and go on after a reconnection', () => {
    const { clock, feed, call, told } = setUp();
    clock.advance(10_000);
    call('before', 1_000, 2_000);
    feed.listening([Q]);
    call('over', 1_000, null, 9_000);
    call('waiting', 9_000, null);
    expect(told()).toEqual([]);
    clock.advance(5_000);
    // A reconnection: the same queue is listened to again, and what is told again counts once.
    feed.listening([Q]);
    for (let time = 0; time < 3; time += 1) call('waiting', 9_000, 11_000);
    call('new', 11_000, null);
    expect(told()).toEqual([
      ['waiting', 'answered', 2_000, 'INTERACTING'],
      ['new', 'queued', null, null],
    ]);
  });

  it('ROUTE-61 of a queue that was away begin anew: meanwhile somebody else counted them', () => {
    const { clock, feed, call, told } = setUp();
    feed.listening([Q]);
    feed.forget([Q]);
    clock.advance(60_000);
    call('meanwhile', 20_000, 30_000);
    feed.listening([Q]);
    call('again', 25_000, 40_000);
    call('later', 50_000, 61_000);
    expect(told()).toEqual([['later', 'answered', 11_000, 'INTERACTING']]);
  });

  it('ROUTE-63 tell of an agent what he was when he answered, and what he is since', () => {
    const { feed, call, told, start, agentCalls } = setUp();
    feed.listening([Q]);
    call('one', 100, 500);
    expect([agentCalls(), feed.agents.ofChannel(0, 10)]).toEqual([1, ['agent-of-one']]);
    told();
    // Older than his answer: it is not what he is.
    feed.agentStatus('agent-of-one', 'IDLE', start + 400);
    feed.agentStatus('agent-of-one', 'COMMUNICATING', start + 600);
    feed.agentStatus('a stranger', 'IDLE', start + 600);
    call('one', 100, 500, 700);
    feed.agentStatus('agent-of-one', 'IDLE', start + 900);
    expect(told()).toEqual([
      ['one', 'agentStatus', null, 'IDLE'],
      ['one', 'agentStatus', null, 'COMMUNICATING'],
      ['one', 'agentStatus', null, 'IDLE'],
    ]);
    expect(agentCalls()).toBe(1);
  });

  it('ROUTE-54 what is no conversation is said', () => {
    const { feed } = setUp();
    feed.listening([Q]);
    expect(feed.conversation(Q, { id: 5 })).toBe(false);
  });
});
