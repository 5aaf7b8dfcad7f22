/**
 * Conversations and users of the platform, for the devices' room: read for an agent who waits, written to for the
 * record, over the same token and the same budget of calls as the KPIs. What was read holds for a moment; nothing here
 * rejects, and nobody waits longer than 8 s.
 *
 * Permissions of the OAuth client, by the official SDK: `conversation:communication:view` to read a conversation;
 * writing attributes of a participant asks for none. Those for roles stand in user-roles.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../../lib/result';
import type { Interaction, InteractionDirectory } from '../devices/ports';
import type { Clock } from '../runtime/clock';
import { type Failure, failure } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { createBriefCache } from './brief-cache';
import { conversationSchema, readConversation } from './read-conversation';
import type { RestClient } from './rest-client';
import { createUserRoles, type RoleSource } from './user-roles';

export interface InteractionDirectoryOptions {
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly roles: RoleSource;
}

/** What can be one part of an address: `..` would be another one. */
const PART = /^[\w-]{1,100}$/;
const WAIT_MS = 8_000;
const CONVERSATION_KEEP_MS = 2_000;
/** They are asked for at each risky command, which is rare: a role that was taken away is not held for long. */
const ROLES_KEEP_MS = 2_000;
const MAX_KEPT = 2_000;
const READING = { lane: 'agent', timeoutMs: 5_000, maxBytes: 4 * 1024 * 1024 } as const;
const WRITING = { lane: 'transcript', timeoutMs: 10_000, maxBytes: 4 * 1024 * 1024 } as const;

export function createInteractionDirectory(options: InteractionDirectoryOptions): InteractionDirectory {
  const { rest, clock } = options;
  const readRoles = createUserRoles({ ...options, source: options.roles, waitMs: WAIT_MS });
  const conversations = createBriefCache<Interaction | null>({
    ...{ clock, waitMs: WAIT_MS, keepMs: CONVERSATION_KEEP_MS, max: MAX_KEPT },
    what: 'asking for a conversation',
  });
  const roles = createBriefCache<readonly string[]>({
    ...{ clock, waitMs: WAIT_MS, keepMs: ROLES_KEEP_MS, max: MAX_KEPT },
    what: 'asking for the roles of a user',
  });

  async function read(id: string): Promise<Result<Interaction | null, Failure>> {
    const path = `/api/v2/conversations/${encodeURIComponent(id)}`;
    const what = 'asking for a conversation';
    const answer = await rest.call({ ...READING, method: 'GET', path, schema: conversationSchema, what });
    if (answer.ok) return ok({ ...readConversation(answer.value.value), id });
    // An id that cannot be one is refused as a bad request.
    return isNone(answer.error) ? ok(null) : answer;
  }

  return {
    async find(interactionId) {
      if (!PART.test(interactionId)) return ok(null);
      return conversations.get(interactionId, () => read(interactionId));
    },

    async setAttributes({ id, customerParticipantId }, attributes) {
      const what = 'writing attributes of a conversation';
      if (customerParticipantId === null) {
        return err(failure('fatal', 'no.customer', `${what}: no customer takes part in it`));
      }
      const participant = `participants/${encodeURIComponent(customerParticipantId)}/attributes`;
      const answer = await rest.call({
        ...{ ...WRITING, method: 'PATCH', schema: z.unknown(), what },
        path: `/api/v2/conversations/${encodeURIComponent(id)}/${participant}`,
        body: { attributes: Object.fromEntries(attributes) },
      });
      return answer.ok ? ok(undefined) : answer;
    },

    async rolesOf(userId) {
      if (!PART.test(userId))
        return err(failure('fatal', 'bad.user', 'no user of the platform has such an id'));
      return roles.get(userId, () => readRoles(userId));
    },
  };
}

function isNone({ status }: Failure): boolean {
  return status === 404 || status === 400;
}
