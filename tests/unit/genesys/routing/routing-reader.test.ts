import { describe, expect, it } from 'vitest';
import type { RoutingEvent } from '../../../../lib/contracts/routing';
import { RoutingReader } from '../../../../server/genesys/routing/routing-reader';

const T = Date.UTC(2026, 10, 21, 10, 0, 0);
const iso = (second: number) => new Date(T + second * 1_000).toISOString();

interface Part {
  readonly purpose: string;
  readonly from?: number;
  readonly until?: number;
  readonly state?: string;
  readonly queueId?: string | null;
  readonly userId?: string;
  readonly id?: string;
}

function participant({ purpose, from, until, state, queueId = 'q1', userId, id = purpose }: Part) {
  const connectedTime = from === undefined ? undefined : iso(from);
  const disconnectedTime = until === undefined ? undefined : iso(until);
  return {
    ...{ id, purpose, queueId: purpose === 'customer' ? undefined : queueId, userId, connectedTime },
    endTime: disconnectedTime,
    calls: [
      { state: state ?? (until === undefined ? 'connected' : 'terminated'), connectedTime, disconnectedTime },
    ],
  };
}

function reader(since = T, statuses: Readonly<Record<string, string>> = {}) {
  const events: RoutingEvent[] = [];
  const own = new RoutingReader({
    onEvent: (event) => void events.push(event),
    statusOf: (userId) => new Map(Object.entries(statuses)).get(userId) ?? null,
    since: () => since,
  });
  const frame = (parts: readonly Part[], queueId = 'q1') =>
    own.frame(queueId, { id: 'c1', participants: parts.map(participant) });
  const said = () => events.map(({ eventType, waitMs, agentStatus }) => [eventType, waitMs, agentStatus]);
  return { own, events, frame, said };
}

const CUSTOMER: Part = { purpose: 'customer', from: 0 };
const WAITING: Part = { purpose: 'acd', from: 1 };

describe('conversation frames', () => {
  it('ROUTE-50 tell that one waits, and that an agent has answered, each once', () => {
    const { frame, events, said } = reader(T, { u1: 'COMMUNICATING' });
    frame([CUSTOMER, WAITING]);
    frame([CUSTOMER, WAITING]);
    const alerting: Part = { purpose: 'agent', state: 'alerting', userId: 'u1' };
    frame([CUSTOMER, WAITING, alerting]);
    frame([CUSTOMER, { ...WAITING, until: 13 }, alerting]);
    const agent: Part = { purpose: 'agent', from: 13, userId: 'u1' };
    for (let time = 0; time < 3; time += 1) frame([CUSTOMER, { ...WAITING, until: 13 }, agent]);
    frame([
      { ...CUSTOMER, until: 60 },
      { ...WAITING, until: 13 },
      { ...agent, until: 60 },
    ]);
    expect(said()).toEqual([
      ['queued', null, null],
      ['answered', 12_000, 'COMMUNICATING'],
    ]);
    expect(events[1]).toMatchObject({ queueId: 'q1', interactionId: 'c1', at: T + 13_000 });
  });

  it('ROUTE-51 tell that the customer left while waiting, or that he went somewhere else', () => {
    const left = reader();
    left.frame([CUSTOMER, WAITING]);
    left.frame([
      { ...CUSTOMER, until: 31 },
      { ...WAITING, until: 31 },
    ]);
    expect(left.said().at(-1)).toEqual(['abandoned', 30_000, null]);
    const flown = reader();
    flown.frame([CUSTOMER, { ...WAITING, until: 21 }]);
    expect(flown.said().at(-1)).toEqual(['flowedOut', 20_000, null]);
  });

  it('ROUTE-51 an agent who let it ring and a second one who took it are one answer', () => {
    const { frame, said } = reader();
    const first: Part = { purpose: 'agent', id: 'a1', state: 'disconnected', until: 10, userId: 'u1' };
    frame([CUSTOMER, WAITING, first]);
    frame([
      CUSTOMER,
      { ...WAITING, until: 20 },
      first,
      { purpose: 'agent', id: 'a2', from: 20, userId: 'u2' },
    ]);
    expect(said()).toEqual([
      ['queued', null, null],
      ['answered', 19_000, 'INTERACTING'],
    ]);
  });

  it('ROUTE-52 that come back into the queue are a wait of their own; those of another queue are none here', () => {
    const { frame, said } = reader();
    const legs: Part[] = [
      { ...WAITING, until: 5 },
      { purpose: 'agent', id: 'a1', from: 5, until: 50, userId: 'u1' },
      { purpose: 'acd', id: 'acd2', from: 50, until: 58 },
      { purpose: 'agent', id: 'a2', from: 58, userId: 'u2' },
      { purpose: 'acd', id: 'acd3', from: 2, until: 3, queueId: 'q2' },
    ];
    frame([CUSTOMER, ...legs]);
    expect(said()).toEqual([
      ['queued', null, null],
      ['answered', 4_000, 'INTERACTING'],
      ['queued', null, null],
      ['answered', 8_000, 'INTERACTING'],
    ]);
  });

  it('ROUTE-53 tell nothing of what happened before anybody listened', () => {
    const { frame, said } = reader(T + 20_000);
    frame([CUSTOMER, { ...WAITING, until: 13 }, { purpose: 'agent', from: 13, userId: 'u1' }]);
    expect(said()).toEqual([]);
    const later = reader(T + 10_000);
    later.frame([CUSTOMER, { ...WAITING, until: 13 }, { purpose: 'agent', from: 13, userId: 'u1' }]);
    expect(later.said()).toEqual([['answered', 12_000, 'INTERACTING']]);
  });

  it('ROUTE-54 of what is no conversation, or no participant, tell nothing and harm nothing', () => {
    const { own, said } = reader();
    for (const none of [null, [], 'x', {}, { id: 'c', participants: {} }])
      expect(own.frame('q', none)).toBe(false);
    const odd = [null, 7, { id: 'x' }, { id: 'y', purpose: 'acd', calls: 'many', connectedTime: 'soon' }];
    expect(own.frame('q1', { id: 'c', participants: [...odd, participant(WAITING)] })).toBe(true);
    expect(said()).toEqual([['queued', null, null]]);
  });
});
