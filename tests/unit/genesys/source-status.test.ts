import { describe, expect, it } from 'vitest';
import type { PoolReport } from '../../../server/genesys/channel-pool';
import { isSameStatus, type StatusFacts, statusOf } from '../../../server/genesys/source-status';
import { failure } from '../../../server/runtime/errors';

const pool: PoolReport = {
  channels: { live: 2, total: 2 },
  topics: { subscribed: 20, rejected: 0 },
  rejected: [],
  catchingUp: 0,
  liveQueues: 10,
  problems: [],
  evictions: 0,
  reconnects: 0,
  heardAt: 1_000,
  everLive: true,
};
const well: StatusFacts = {
  pool,
  queueCount: 10,
  listing: null,
  backfill: null,
  missing: [],
  unplaced: 0,
  unlawful: 0,
  reconciliation: null,
};
const none: PoolReport = {
  ...pool,
  channels: { live: 0, total: 0 },
  topics: { subscribed: 0, rejected: 0 },
  liveQueues: 0,
  everLive: false,
};
const forbidden = failure('fatal', 'missing.permissions', 'listing the queues: 403 missing.permissions', {
  status: 403,
});
const refusedTopic = {
  topic: 'v2.analytics.queues.x.observations',
  missingPermissions: ['analytics:queueObservation:view'],
  reason: null,
};

describe('source status', () => {
  it.each<[string, Partial<StatusFacts>, string, RegExp | null]>([
    ['everything is well', {}, 'live', null],
    ['nothing is known yet', { pool: none, queueCount: null }, 'connecting', null],
    [
      'the list failed',
      { pool: none, queueCount: null, listing: forbidden },
      'down',
      /Routing > Queue > View/,
    ],
    ['the list failed later', { listing: forbidden }, 'live', null],
    ['no queue is visible', { pool: none, queueCount: 0 }, 'degraded', /sees no queue/],
    ['channels are being made', { pool: { ...none, channels: { live: 0, total: 2 } } }, 'connecting', null],
    ['first catching up', { pool: { ...pool, liveQueues: 0, catchingUp: 10 } }, 'connecting', null],
    [
      'catching up fails',
      { pool: { ...pool, liveQueues: 0, catchingUp: 10 }, backfill: forbidden },
      'degraded',
      /Conversation Aggregate/,
    ],
    [
      'catching up again',
      { pool: { ...pool, liveQueues: 4, catchingUp: 6 } },
      'degraded',
      /catching up with 6 queues/,
    ],
    [
      'a channel is gone',
      { pool: { ...pool, channels: { live: 1, total: 2 } } },
      'degraded',
      /1 of 2 channels are not connected/,
    ],
    [
      'all are gone',
      { pool: { ...pool, channels: { live: 0, total: 2 }, liveQueues: 0 } },
      'down',
      /2 of 2 channels/,
    ],
    [
      'topics are refused',
      { pool: { ...pool, topics: { subscribed: 19, rejected: 1 }, rejected: [refusedTopic] } },
      'degraded',
      /1 topic refused, missing permission analytics:queueObservation:view \(v2\.analytics/,
    ],
    [
      'all topics are refused',
      { pool: { ...pool, liveQueues: 0, topics: { subscribed: 0, rejected: 1 }, rejected: [refusedTopic] } },
      'down',
      /missing permission/,
    ],
    ['queues do not fit', { unplaced: 7 }, 'degraded', /7 queues found no channel: add an OAuth client/],
    [
      'QUEUE_IDS names strangers',
      { missing: ['a', 'b', 'c', 'd'] },
      'degraded',
      /cannot see 4 queues of QUEUE_IDS: a, b, c and 1 more/,
    ],
    ['an id is odd', { unlawful: 1 }, 'degraded', /1 queue cannot be subscribed/],
    ['a channel was evicted', { pool: { ...pool, evictions: 1 } }, 'live', /evicted 1 channel/],
    [
      "ROUTE-64 agents' topics are refused",
      { agents: { subscribed: 0, rejected: [refusedTopic], hasNoRoom: false } },
      'live',
      /status of agents: 1 topic refused, missing permission/,
    ],
    [
      'ROUTE-64 no channel is left for agents',
      { agents: { subscribed: 0, rejected: [], hasNoRoom: true } },
      'live',
      /status of agents: no channel is left/,
    ],
  ])('GEN-42 %s', (_, news, state, message) => {
    const status = statusOf({ ...well, ...news }, null, 5_000);
    expect(status.state).toBe(state);
    if (message === null) expect(status.message).toBeNull();
    else expect(status.message).toMatch(message);
  });

  it('GEN-42 a state keeps the time at which it began, and readers hear of changes only', () => {
    const first = statusOf(well, null, 5_000);
    const heard = statusOf({ ...well, pool: { ...pool, heardAt: 9_000 } }, first, 9_000);
    expect(heard.since).toBe(5_000);
    expect(isSameStatus(first, heard)).toBe(true);
    const down = statusOf({ ...well, pool: { ...pool, channels: { live: 1, total: 2 } } }, heard, 9_500);
    expect(down.since).toBe(9_500);
    expect(isSameStatus(heard, down)).toBe(false);
  });
});
