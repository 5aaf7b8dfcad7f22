import { describe, expect, it } from 'vitest';
import type { GenesysStatus, SourceStatus } from '../../../lib/contracts/source';
import { queueId } from '../../../lib/ids';
import type { Duty } from '../../../server/cluster/duties';
import type { FeedEvent } from '../../../server/cluster/feed-entry';
import type { ClusterNode } from '../../../server/cluster/node';
import { Site } from '../../../server/cluster/site';
import type { SharedShard, SiteRoom } from '../../../server/cluster/site-ports';
import { FakeClock } from '../../support/fake-clock';

const [Q1, Q2, Q3] = [queueId('q1'), queueId('q2'), queueId('q3')];
const gauges = (id: typeof Q1) => ({
  ...{ kind: 'gaugesObserved' as const, queueId: id, mediaType: 'voice', observedAt: 1 },
  ...{ origin: 'live' as const, metrics: [] },
});
const live: GenesysStatus = {
  ...{ state: 'live', since: 0, message: null, lastHeardAt: 0, reconciliation: null },
  ...{ channels: { live: 1, total: 1 }, topics: { subscribed: 1, rejected: 0 } },
};
const mqtt: SourceStatus = { state: 'live', since: 0, message: null, lastHeardAt: 5 };
const taken = (since: number) => ({ fence: 1, since });

function stand({ collects = true } = {}) {
  const clock = new FakeClock(1_000);
  const words: string[] = [];
  const engine: string[] = [];
  const shards: SharedShard[] = [];
  const heard = new Set<Duty>();
  const caughtUp = new Set<number>();
  const status = { genesys: live };
  const room = (name: string): SiteRoom => {
    let isOpen = false;
    return {
      begin() {
        words.push(`begin ${name}`);
        const isNew = !isOpen;
        isOpen = true;
        return isNew;
      },
      async end() {
        isOpen = false;
        words.push(`end ${name}`);
      },
      status: () => (isOpen ? mqtt : null),
    };
  };
  const site = new Site({
    clock,
    genesys: () =>
      collects
        ? {
            startListing: (plan) => void words.push(`list ${JSON.stringify(plan)}`),
            stopListing: () => void words.push('stop listing'),
            carry: (plan, some) =>
              void words.push(`carry ${[...some].map((at) => plan[at]?.join()).join(' ')}`),
            isCaughtUp: (shard) => caughtUp.has(shard),
            status: () => status.genesys,
          }
        : null,
    ...{ alerts: room('alerts'), sessions: room('sessions') },
    engines: {
      queues: (event) =>
        void engine.push(`${event.kind} ${'queueIds' in event ? event.queueIds.join() : ''}`.trim()),
      devices: (event) => void engine.push(event.kind),
      sessions: (event) => void engine.push(event.kind),
      stateOf: (id) => (id === Q3 ? null : { state: id }),
    },
    onShard: (shard) => void shards.push(shard),
    onStatus: () => void words.push('status'),
    onCalls: async () => void words.push('calls'),
  });
  const told: string[] = [];
  const node = {
    tell: (duty: Duty, event: FeedEvent) =>
      void told.push(`${duty} ${event.kind} ${'queueIds' in event ? event.queueIds.join() : ''}`.trim()),
    tellPlan: (body: string) => void told.push(`plan ${body}`),
    forget: () => {},
    links: { isHeard: (duty: Duty) => heard.has(duty) },
  };
  // What a site asks of its node, and no more.
  site.join(node as unknown as ClusterNode);
  return {
    site,
    clock,
    words: () => words.splice(0),
    told: () => told.splice(0),
    engine,
    shards,
    heard,
    caughtUp,
    status,
  };
}
const PLAN = [[Q1, Q2], [], [Q3]];

describe('the duties of a site', () => {
  it('CLUSTER-41 are its rooms, and a shard for each that has queues', () => {
    const { site } = stand();
    expect(site.duties()).toEqual(['listing', 'alerts', 'sessions', 'calls']);
    site.planHeard(JSON.stringify(PLAN));
    expect(site.duties().slice(4)).toEqual(['shard:0', 'shard:2']);
    expect(stand({ collects: false }).site.duties()).toEqual(['alerts', 'sessions', 'calls']);
  });

  it('CLUSTER-41 a plan that cannot be read changes nothing', () => {
    const { site } = stand();
    site.planned(PLAN);
    for (const body of ['', '{', '{"a":1}', '[["q1",2]]']) site.planHeard(body);
    expect(site.listing.plan).toEqual(PLAN);
  });
});

describe('what Genesys Cloud tells a node', () => {
  it('CLUSTER-42 is told for the duty that it belongs to; of queues in no shard, nothing', () => {
    const { site, told } = stand();
    site.planned(PLAN);
    site.fromGenesys({ kind: 'queuesListed', queues: [] });
    site.fromGenesys({ kind: 'presencesListed', presences: [] });
    for (const id of [Q1, Q3, queueId('q9'), queueId('__proto__')]) site.fromGenesys(gauges(id));
    site.fromGenesys({ kind: 'linkLost', queueIds: [Q1, Q3, queueId('q9'), Q2], at: 1, heardAt: 1 });
    expect(told()).toEqual([
      ...[`plan ${JSON.stringify(PLAN)}`, 'listing queuesListed', 'listing presencesListed'],
      ...['shard:0 gaugesObserved', 'shard:2 gaugesObserved'],
      ...['shard:0 linkLost q1,q2', 'shard:2 linkLost q3'],
    ]);
  });

  it('CLUSTER-42 shards are carried that are owned or got ready for, until they are lost or given up', async () => {
    const { site, words } = stand();
    site.planned(PLAN);
    words();
    site.actor.prepare('shard:2');
    site.actor.held('shard:0', taken(5));
    site.actor.unprepare('shard:2');
    await site.actor.lost('shard:0', 9);
    expect(words()).toEqual(['carry q3', 'carry q3 q1,q2', 'carry q1,q2', 'carry ']);
  });
});

describe('who counts routing events', () => {
  it('CLUSTER-43 is told of a shard that is taken and lost, with its queues and moments', async () => {
    const { site, shards } = stand();
    site.planned(PLAN);
    site.actor.held('shard:0', taken(5));
    await site.actor.lost('shard:0', 9);
    expect(shards).toEqual([
      { index: 0, queueIds: [Q1, Q2], owned: { since: 5 }, endedAt: null },
      { index: 0, queueIds: [Q1, Q2], owned: null, endedAt: 9 },
    ]);
  });

  it('CLUSTER-43 is told of queues that come to an owned shard later, and of those that go', () => {
    const { site, shards } = stand();
    site.planned([[Q1, Q2]]);
    site.actor.held('shard:0', taken(5));
    shards.length = 0;
    site.planned([[Q1, Q2]]);
    expect(shards).toEqual([]);
    site.planHeard(JSON.stringify([[Q2, Q3]]));
    expect(shards).toEqual([
      { index: 0, queueIds: [Q1], owned: null, endedAt: null },
      { index: 0, queueIds: [Q2, Q3], owned: { since: 5 }, endedAt: null },
    ]);
  });
});

describe('rooms', () => {
  it('CLUSTER-44 begin and end with their duties', async () => {
    const { site, words } = stand();
    site.planned(PLAN);
    words();
    for (const duty of ['listing', 'alerts', 'sessions', 'calls'] as const) site.actor.held(duty, taken(1));
    expect([words(), site.mayCall]).toEqual([
      [`list ${JSON.stringify(PLAN)}`, 'begin alerts', 'begin sessions', 'calls'],
      true,
    ]);
    for (const duty of ['listing', 'alerts', 'sessions', 'calls'] as const) await site.actor.lost(duty, null);
    expect([words(), site.mayCall]).toEqual([['stop listing', 'end alerts', 'end sessions', 'calls'], false]);
  });

  it('CLUSTER-44 owners of figures whom the new node of a room does not name have nothing', () => {
    const { site, told } = stand();
    const figures = { warning: 0, info: 0, unacknowledged: 0, today: 0, offline: 0 };
    const common = {
      kind: 'deviceFiguresObserved' as const,
      observedAt: 1,
      origin: 'live' as const,
      ...figures,
    };
    site.apply({ ...common, owner: { kind: 'queue', queueId: Q1 }, critical: 2 });
    site.actor.held('alerts', taken(1));
    site.fromAlerts({ kind: 'deviceLinkRestored', at: 2 });
    expect(told()).toEqual(['alerts deviceFiguresObserved', 'alerts deviceLinkRestored']);
    // Its lease anew: the room was open all the time, and has named all that it counts.
    site.actor.held('alerts', taken(3));
    site.fromAlerts({ kind: 'deviceLinkRestored', at: 4 });
    expect(told()).toEqual(['alerts deviceLinkRestored']);
  });
});

describe('who asks for the whole', () => {
  it('CLUSTER-44 gets of a shard each queue that is known, of the listing the lists and then the plan', () => {
    const { site } = stand();
    site.planned([[Q1, Q3]]);
    expect(site.wholeOf('shard:0')).toEqual([
      { event: { kind: 'queueTold', queueId: Q1, state: { state: Q1 } } },
    ]);
    expect(site.wholeOf('shard:7')).toEqual([]);
    const listed = { kind: 'queuesListed' as const, queues: [] };
    site.apply(listed);
    expect(site.wholeOf('listing')).toEqual([{ event: listed }, { plan: JSON.stringify([[Q1, Q3]]) }]);
    expect(site.wholeOf('calls')).toEqual([]);
  });
});

describe('what the site says of its sources', () => {
  it('CLUSTER-38 is what the nodes say that were heard in the last 5 s', () => {
    const { site, clock, heard } = stand();
    site.planned(PLAN);
    expect(site.sources().genesys).toMatchObject({
      state: 'down',
      message: 'no node that collects is heard',
    });
    site.onBeat('b', { genesys: live, mqtt, devices: null });
    site.onBeat('c', { genesys: 'splendid' });
    heard.add('shard:0');
    expect(site.sources().genesys).toMatchObject({
      state: 'degraded',
      message: 'nobody is heard of 1 of 2 shards',
    });
    heard.add('shard:2');
    expect([site.sources().genesys.state, site.sources().mqtt.state]).toEqual(['live', 'live']);
    clock.advance(5_001);
    expect([site.sources().genesys.state, site.sources().mqtt.state]).toEqual(['down', 'down']);
  });

  it('CLUSTER-38 shards that a node only gets ready for are no trouble', () => {
    const { site, caughtUp, status } = stand();
    site.planned(PLAN);
    expect(site.status().genesys).toBeNull();
    site.actor.held('shard:0', taken(1));
    caughtUp.add(0);
    site.actor.prepare('shard:2');
    status.genesys = { ...live, state: 'degraded', message: '1 of 2 channels' };
    expect(site.status().genesys).toMatchObject({ state: 'live', message: null });
    caughtUp.clear();
    expect(site.status().genesys).toMatchObject({ state: 'degraded' });
  });
});

describe('what became of links', () => {
  it('CLUSTER-20 goes to the engine whose figures they are', () => {
    const { site, engine } = stand();
    const gone = { kind: 'lost' as const, at: 2, heardAt: 1, isBeyondBlip: true };
    site.onLink({ ...gone, duty: 'shard:0', ids: ['q1'] });
    site.onLink({ ...gone, duty: 'alerts', ids: ['*'] });
    site.onLink({ kind: 'restored', duty: 'sessions', ids: ['*'], at: 3 });
    site.onLink({ ...gone, duty: 'listing', ids: ['x'] });
    expect(engine).toEqual(['linkLost q1', 'deviceLinkLost', 'sessionsRestored']);
  });
});
