import { describe, expect, it } from 'vitest';
import { createCallers } from '../../../server/simulator/conversations/callers';
import {
  type Conversation,
  createConversationBook,
} from '../../../server/simulator/conversations/conversation-book';
import { agentAt } from '../../../server/simulator/conversations/made-up-agents';
import { createConversationEmitter } from '../../../server/simulator/platform/conversation-emitter';
import { createUserActivityEmitter } from '../../../server/simulator/platform/user-activity-emitter';
import { MEDIA_TYPES, ON_QUEUE_STATUSES, presenceIndex } from '../../../server/simulator/world/catalogue';
import type { SimQueue } from '../../../server/simulator/world/world';
import { setSimStage } from './sim-stage';

const START = Date.UTC(2026, 10, 20, 9);
const QUEUES: readonly SimQueue[] = [0, 1].map((index) => ({
  ...{ index, id: `q${index}`, name: `Queue ${index}`, division: { id: 'd', name: 'D' }, memberCount: 3 },
  targets: MEDIA_TYPES.map(() => ({ percentage: 0.8, durationMs: 20_000 })),
}));
const leg = (id: number, queue = 0) => ({ id, queue, media: 0 });

function setUp() {
  const sent: { queue: string; body: { id: string; participants: Record<string, unknown>[] } }[] = [];
  let listens = true;
  const emitter = createConversationEmitter({
    queues: QUEUES,
    send(queue, body) {
      sent.push({ queue: queue.id, body: body as (typeof sent)[number]['body'] });
      return listens;
    },
  });
  const book = createConversationBook({
    ...{ run: 'run', drawCaller: createCallers([], 1), queueName: () => null },
    changed: (conversation: Conversation) => emitter.changed(conversation),
  });
  return { sent, emitter, book, listen: (on: boolean) => (listens = on) };
}

describe('the topic of conversations', () => {
  it('SIM-81 tells the whole conversation each time, once a step, to each queue it has been in', () => {
    const { sent, emitter, book } = setUp();
    emitter.watch(0, true);
    book.watch.offered(leg(1), START, null);
    emitter.flush();
    book.watch.answered(leg(1), 5, START + 2_000);
    book.watch.left(leg(1), START + 9_000);
    book.watch.offered(leg(2, 1), START + 9_000, leg(1));
    emitter.flush();
    emitter.watch(1, true);
    book.watch.left(leg(2, 1), START + 12_000);
    emitter.flush();
    emitter.flush();
    expect(sent.map(({ queue, body }) => [queue, body.participants.map(({ purpose }) => purpose)])).toEqual([
      ['q0', ['customer', 'acd']],
      ['q0', ['customer', 'acd', 'agent', 'acd']],
      ['q0', ['customer', 'acd', 'agent', 'acd']],
      ['q1', ['customer', 'acd', 'agent', 'acd']],
    ]);
    expect(new Set(sent.map(({ body }) => body.id)).size).toBe(1);
    expect(sent[1]?.body.participants[2]).toMatchObject({
      ...{ purpose: 'agent', queueId: 'q0', userId: agentAt(5).id },
      connectedTime: new Date(START + 2_000).toISOString(),
      endTime: new Date(START + 9_000).toISOString(),
      calls: [{ state: 'terminated', connectedTime: new Date(START + 2_000).toISOString() }],
    });
  });

  it('SIM-81 tells nothing of queues that nobody watches, and of standing calls', () => {
    const { sent, emitter, book } = setUp();
    book.watch.offered(leg(1), START, null);
    emitter.watch(0, true);
    const caller = { customer: null, ani: null, account: null };
    book.begin({ caller, queue: 0, agentId: agentAt(0).id }, START);
    emitter.flush();
    emitter.watch(0, false);
    book.watch.left(leg(1), START + 1);
    emitter.flush();
    expect(sent).toEqual([]);
  });

  it('SIM-83 its books hold each wait once, and only those of which somebody was told', () => {
    const { emitter, book, listen } = setUp();
    for (const queue of [0, 1]) emitter.watch(queue, true);
    book.watch.offered(leg(1), START, null);
    book.watch.answered(leg(1), 5, START + 2_000.7);
    emitter.flush();
    listen(false);
    book.watch.offered(leg(2), START, null);
    book.watch.left(leg(2), START + 7_000);
    book.watch.offered(leg(3), START, null);
    book.watch.answered(leg(3), 6, START + 4_000);
    emitter.flush();
    expect(emitter.told(0)).toEqual([{ queueId: 'q0', events: 1, waitMs: 2_000 }]);
    listen(true);
    // The answer that nobody was told of is in the frame of its end; who gave up meanwhile is lost.
    book.watch.left(leg(3), START + 8_000);
    book.watch.offered(leg(4, 1), START + 8_000, leg(3));
    emitter.flush();
    book.watch.left(leg(4, 1), START + 8_500);
    emitter.flush();
    expect(emitter.told(0)).toEqual([
      { queueId: 'q0', events: 2, waitMs: 6_000 },
      { queueId: 'q1', events: 1, waitMs: 500 },
    ]);
    expect(emitter.told(START + 4_001)).toEqual([{ queueId: 'q1', events: 1, waitMs: 500 }]);
  });

  it('SIM-81 SIM-82 SIM-83 is sent to who subscribed, with the agents of it; without the permission it is refused', async () => {
    const stage = await setSimStage({ missingPermissions: ['directory:user:view'] });
    try {
      const token = await stage.login();
      const [{ id } = { id: '' }] = stage.simulator.truth().queues;
      const listener = await stage.connect(
        await stage.channel(token, [`v2.routing.queues.${id}.conversations`]),
      );
      await stage.pass(120_000, 250);
      const frames = listener.of('.conversations');
      expect(frames.length).toBeGreaterThan(10);
      const sums = stage.simulator.routing();
      expect(sums).toMatchObject([{ queueId: id }]);
      const asked = await stage.call('GET', '/simulator/routing?since=0');
      expect(asked.body).toEqual({ queues: sums });
      expect((await stage.call('GET', '/simulator/routing?since=x')).status).toBe(400);
      const { id: channel } = await stage.channel(token);
      const put = await stage.call(
        'PUT',
        `/api/v2/notifications/channels/${channel}/subscriptions?ignoreErrors=true`,
        {
          ...{ token, body: [{ id: `v2.users.${agentAt(0).id}.activity` }] },
        },
      );
      expect(put.body).toMatchObject({ entities: [{ state: 'Rejected' }] });
    } finally {
      await stage.stop();
    }
  });
});

describe('the topic of a user', () => {
  it('SIM-82 tells his routing status and presence since when, the last of a step, where somebody listens', () => {
    const sent: unknown[] = [];
    const emitter = createUserActivityEmitter({
      queues: QUEUES,
      send: (userId, body) => void sent.push([userId, body]),
    });
    const interacting = { kind: 'onQueue', index: ON_QUEUE_STATUSES.indexOf('INTERACTING') } as const;
    const meal = { kind: 'offQueue', index: presenceIndex('Meal') } as const;
    const move = { agent: 3, queues: [0, 1], at: START };
    emitter.moved({ ...move, to: interacting });
    emitter.watch(agentAt(3).id, true);
    emitter.flush();
    emitter.moved({ ...move, to: meal });
    emitter.moved({ ...move, to: interacting });
    emitter.moved({ ...move, agent: 4, to: meal });
    emitter.flush();
    for (const to of [meal, null]) {
      emitter.moved({ ...move, to });
      emitter.flush();
    }
    const { id } = agentAt(3);
    const since = new Date(START).toISOString();
    const off = { routingStatus: { status: 'OFF_QUEUE', startTime: since }, activeQueueIds: [] };
    expect(sent).toMatchObject([
      [
        id,
        {
          ...{ id, routingStatus: { status: 'INTERACTING', startTime: since }, activeQueueIds: ['q0', 'q1'] },
          presence: { presenceDefinition: { systemPresence: 'On Queue' }, modifiedDate: since },
        },
      ],
      [id, { ...off, presence: { presenceDefinition: { systemPresence: 'Meal' } } }],
      [id, { ...off, presence: { presenceDefinition: { systemPresence: 'Offline' } } }],
    ]);
  });
});
