import { describe, expect, it } from 'vitest';
import { createCallers } from '../../../server/simulator/conversations/callers';
import {
  type ConversationBook,
  createConversationBook,
} from '../../../server/simulator/conversations/conversation-book';
import { agentAt, userOf } from '../../../server/simulator/conversations/made-up-agents';
import { MEDIA_TYPES } from '../../../server/simulator/world/catalogue';
import { createWorld } from '../../../server/simulator/world/create-world';
import { planCustomers } from '../../../server/simulator/world/customers';
import { planFleet } from '../../../server/simulator/world/device-fleet';

const START = Date.UTC(2026, 10, 20, 9);
const MINUTE = 60_000;
const customers = planCustomers(planFleet({ devices: 100, seed: 1 }), 1);

function newBook(): ConversationBook {
  return createConversationBook({
    run: 'run',
    drawCaller: createCallers(customers, 1),
    queueName: () => null,
  });
}
function openWorld(watch?: ConversationBook['watch']) {
  const options = { kind: 'made-up', queues: 12, seed: 1, warmUp: false, callsPerHour: 200 } as const;
  return createWorld(options, { now: START, timeZone: 'UTC', watch });
}
const leg = (id: number, queue = 0) => ({ id, queue, media: 0 });

describe('the conversations behind the figures', () => {
  it('SIM-75 are as many as the figures say, queue by queue, and change none of them', () => {
    const book = newBook();
    const [{ world, books }, alone] = [openWorld(book.watch), openWorld()];
    for (let minute = 1; minute <= 90; minute += 1) {
      const now = START + minute * MINUTE;
      world.advanceTo(now);
      alone.world.advanceTo(now);
      const talking = book.talking();
      for (const { index } of world.queues) {
        const gauges = MEDIA_TYPES.map((_, media) => books.gauges(index, media));
        expect(gauges).toEqual(MEDIA_TYPES.map((_, media) => alone.books.gauges(index, media)));
        const here = talking.filter(({ stays }) => stays.at(-1)?.queue === index);
        expect(here.length).toBe(gauges.reduce((sum, { interacting }) => sum + interacting, 0));
      }
      const agents = talking.map(({ stays }) => stays.at(-1)?.agentId);
      expect(new Set(agents).size).toBe(agents.length);
    }
    expect(book.talking().some(({ stays }) => stays.length > 1)).toBe(true);
  });

  it('SIM-75 keep their id when they are sent on, and are over when nobody has them', () => {
    const book = newBook();
    book.watch.offered(leg(1, 0), 10, null);
    book.watch.answered(leg(1, 0), 5, 20);
    const [one] = book.talking();
    const id = one?.id ?? '';
    book.watch.left(leg(1, 0), 30);
    expect(book.find(id)?.endedAt).toBe(30);
    book.watch.offered(leg(2, 3), 30, leg(1, 0));
    expect(book.find(id)).toMatchObject({
      endedAt: null,
      stays: [
        { queue: 0, offeredAt: 10, agentId: agentAt(5).id, answeredAt: 20, endedAt: 30 },
        { queue: 3, offeredAt: 30, agentId: null, answeredAt: null, endedAt: null },
      ],
    });
    expect(book.talking()).toEqual([]);
    book.watch.left(leg(2, 3), 40);
    expect(book.find(id)?.endedAt).toBe(40);
    // What is not told of any more changes nothing.
    book.watch.answered(leg(7), 5, 50);
    book.watch.left(leg(7), 50);
  });

  it('SIM-75 that are over are kept, the last 5,000 of them', () => {
    const book = newBook();
    const ids: string[] = [];
    for (let n = 1; n <= 5_010; n += 1) {
      book.watch.offered(leg(n), n, null);
      book.watch.answered(leg(n), 0, n);
      ids.push(book.talking()[0]?.id ?? '');
      book.watch.left(leg(n), n);
    }
    expect(ids.findIndex((id) => book.find(id) !== null)).toBe(10);
    expect(book.find('__proto__')).toBeNull();
  });

  it('SIM-77 have agents who are users: those who sign in first', () => {
    for (const index of [0, 1, 2, 3, 99_999]) expect(userOf(agentAt(index).id)).toEqual(agentAt(index));
    expect([agentAt(0).name, agentAt(3).name]).toEqual(['Tove Lind', 'Agent 4']);
  });
});
