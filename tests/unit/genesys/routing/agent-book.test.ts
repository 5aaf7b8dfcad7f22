import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentBook, type AgentPlace } from '../../../../server/genesys/routing/agent-book';
import { readUserActivity, userActivityTopic } from '../../../../server/genesys/routing/user-activity';

const MINUTE = 60_000;
const place = (
  queueId: string,
  endedAt: number | null = null,
  interactionId = `c-${queueId}`,
): AgentPlace => ({
  ...{ queueId, interactionId, endedAt },
});

describe('the book of agents', () => {
  it('ROUTE-62 has no more agents than there is room for, each with a place that he keeps, and drops who was seen longest ago', () => {
    const agents = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 });
    fc.assert(
      fc.property(agents, fc.integer({ min: 1, max: 12 }), (seen, most) => {
        const book = new AgentBook(most);
        let latest: string[] = [];
        for (const number of seen) {
          const user = `u${number}`;
          const before = latest.includes(user) ? book.ofChannel(0, most).indexOf(user) : null;
          expect(book.seen(user, place('q'))).toBe(before === null);
          latest = [...latest.filter((one) => one !== user), user].slice(-most);
          const all = book.ofChannel(0, most);
          if (before !== null) expect(all.indexOf(user)).toBe(before);
          expect([...all].sort()).toEqual([...latest].sort());
          expect(book.size).toBe(latest.length);
          const halves = [0, 1].flatMap((half) => book.ofChannel(half, Math.ceil(most / 2)));
          expect(halves).toEqual(all);
        }
      }),
    );
  });

  it('ROUTE-63 knows where an agent is at work, a while after his interaction too', () => {
    const book = new AgentBook(5);
    book.seen('u', place('a'));
    book.seen('u', place('b'));
    expect(book.heard('u', 'INTERACTING', 1_000).map(({ queueId }) => queueId)).toEqual(['a', 'b']);
    book.seen('u', place('a', 2_000));
    // Of an interaction that he has not: it changes nothing.
    book.seen('u', place('b', 500, 'another'));
    expect(book.heard('u', 'IDLE', 2_000 + 10 * MINUTE)).toHaveLength(2);
    expect(book.heard('u', 'OFF_QUEUE', 2_001 + 10 * MINUTE).map(({ queueId }) => queueId)).toEqual(['b']);
    expect(book.seen('stranger', place('a', 5))).toBe(false);
    expect(book.heard('stranger', 'IDLE', 5)).toEqual([]);
  });

  it('ROUTE-63 takes the newest status, however they come', () => {
    const book = new AgentBook(5);
    book.seen('u', place('a'));
    expect(book.statusSince('u', 0)).toBeNull();
    expect(book.heard('u', 'INTERACTING', 2_000)).toHaveLength(1);
    expect(book.heard('u', 'INTERACTING', 2_000)).toEqual([]);
    expect(book.heard('u', 'IDLE', 1_999)).toEqual([]);
    expect([book.statusSince('u', 2_000), book.statusSince('u', 2_001)]).toEqual(['INTERACTING', null]);
  });

  it('ROUTE-62 keeps at most ten places of an agent', () => {
    const book = new AgentBook(1);
    for (let n = 0; n < 12; n += 1) book.seen('u', place(`q${n}`));
    expect(book.heard('u', 'IDLE', 1).map(({ queueId }) => queueId)).toEqual(
      Array.from({ length: 10 }, (_, n) => `q${n + 2}`),
    );
  });
});

describe('the activity of a user', () => {
  it.each([
    [
      { routingStatus: { status: 'IDLE', startTime: '2026-11-20T09:00:00.000Z' } },
      { status: 'IDLE', at: Date.UTC(2026, 10, 20, 9) },
    ],
    [
      { routingStatus: { status: 'IDLE', startTime: 'soon' }, presence: 5 },
      { status: 'IDLE', at: null },
    ],
    [{ routingStatus: { status: 'IDLE' } }, { status: 'IDLE', at: null }],
    [{ id: 'u', presence: {} }, 'nothing'],
    [{ routingStatus: null }, 'nothing'],
    [{ routingStatus: { status: '' } }, null],
    [{ routingStatus: { status: 'x'.repeat(51) } }, null],
    [[], null],
    [null, null],
  ])('ROUTE-63 of %j is %j', (body, expected) => {
    expect(readUserActivity(body)).toEqual(expected);
  });

  it('ROUTE-62 has a topic where its id is lawful', () => {
    expect(userActivityTopic('6e049c29-7d2f')).toBe('v2.users.6e049c29-7d2f.activity');
    expect(['', 'a b', 'x'.repeat(101), 'a.b'].map(userActivityTopic)).toEqual([null, null, null, null]);
  });
});
