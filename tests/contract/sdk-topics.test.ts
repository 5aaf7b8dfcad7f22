/** What the simulator says on topics that the official SDK has models of. */
import { describe, expect, it } from 'vitest';
import { createCallers } from '../../server/simulator/conversations/callers';
import { createConversationBook } from '../../server/simulator/conversations/conversation-book';
import { conversationTopicBody } from '../../server/simulator/conversations/conversation-entity';
import { agentAt } from '../../server/simulator/conversations/made-up-agents';
import { createUserActivityEmitter } from '../../server/simulator/platform/user-activity-emitter';
import { createWorld } from '../../server/simulator/world/create-world';
import { planCustomers } from '../../server/simulator/world/customers';
import { planFleet } from '../../server/simulator/world/device-fleet';
import { readSdkShapes } from './sdk-shapes';

const START = Date.UTC(2026, 10, 20, 9);
const shapes = readSdkShapes();

describe('topics against the SDK’s types', () => {
  it('SIM-81 SIM-82 conversations of queues and activities of users are of its models', () => {
    const bodies: { readonly model: string; readonly body: unknown }[] = [];
    const conversations = createConversationBook({
      ...{ run: 'run', queueName: () => null },
      drawCaller: createCallers(planCustomers(planFleet({ devices: 100, seed: 1 }), 1), 1),
      changed: (one) =>
        bodies.push({
          model: 'QueueConversationEventTopicConversation',
          body: conversationTopicBody(one, (index) => world.queues[index]),
        }),
    });
    const users = createUserActivityEmitter({
      queues: [],
      send: (_, body) => void bodies.push({ model: 'UserActivity', body }),
    });
    for (let agent = 0; agent < 20; agent += 1) users.watch(agentAt(agent).id, true);
    const { world } = createWorld(
      { kind: 'made-up', queues: 12, seed: 1, warmUp: false, callsPerHour: 60 },
      {
        ...{ now: START, timeZone: 'UTC', watch: conversations.watch },
        moved: (move) => users.moved(move),
      },
    );
    for (let minute = 1; minute <= 30; minute += 1) {
      world.advanceTo(START + minute * 60_000);
      users.flush();
    }
    expect(bodies.filter(({ model }) => model === 'UserActivity').length).toBeGreaterThan(20);
    expect(bodies.length).toBeGreaterThan(200);
    const media = new Set(
      bodies.flatMap(
        ({ body }) => JSON.stringify(body).match(/"(calls|chats|emails|messages|callbacks)"/g) ?? [],
      ),
    );
    expect(media.size).toBeGreaterThan(2);
    expect(new Set(bodies.flatMap(({ body, model }) => shapes.deviations(body, model)))).toEqual(new Set());
  });
});
