/**
 * Rows of sessions.db, to and fro. On the way back each is parsed: one that somebody else wrote, or a dying disk, is
 * `null` and harms only itself. Texts come as bytes (see stored-text), numbers only where they are some.
 */
import { z } from 'zod';
import {
  commandStateSchema,
  type MetricWindow,
  metricWindowSchema,
  sessionStateSchema,
} from '../../lib/contracts/diagnostics';
import type { StoredCommand, StoredSession } from './session-ports';
import { type StoredBytes, textOf } from './stored-text';

/** What is bound to a statement. The driver ends the process for a boolean. */
export type Bound = string | number | null;
export type Row = Readonly<Record<string, StoredBytes | number | null>>;

const text = z.string().nullable();
const time = z.number().nullable();
const fields = z.record(z.string(), z.unknown());

const sessionSchema = z.object({
  id: z.string().min(1),
  interactionId: z.string(),
  customerId: z.string(),
  deviceId: z.string(),
  queueId: text,
  agentUserIds: z.array(z.string()),
  state: sessionStateSchema,
  since: z.number(),
  startedAt: z.number(),
  endedAt: time,
  startedByActor: z.string(),
  startedBy: z.string(),
  solvedRemotely: z.boolean().nullable(),
  requestId: text,
  // Rows of before it was noted have none.
  endingFrom: time.default(null),
});

const commandSchema = z.object({
  id: z.string().min(1),
  sessionId: z.string(),
  seq: z.number(),
  command: z.string(),
  params: fields,
  state: commandStateSchema,
  actor: z.string(),
  by: z.string(),
  queuedAt: z.number(),
  sentAt: time,
  endedAt: time,
  result: fields.nullable(),
  reason: text,
  requestId: text,
  auditFrom: z.number(),
  isEndRecorded: z.boolean(),
});

export function sessionValues(session: StoredSession): Bound[] {
  const { id, interactionId, startedAt, endedAt } = session;
  return [id, interactionId, startedAt, endedAt, JSON.stringify(session)];
}

export function commandValues(command: StoredCommand): Bound[] {
  const { id, sessionId, seq, isEndRecorded } = command;
  return [id, sessionId, seq, isEndRecorded ? 1 : 0, JSON.stringify(command)];
}

export const SELECT_CONTENT = 'CAST(content AS BLOB) AS content';

/** The whole of a row is in its content; the columns are for finding it. */
export const toSession = parser<StoredSession>(sessionSchema);
export const toCommand = parser<StoredCommand>(commandSchema);
export const toWindow = parser<MetricWindow>(metricWindowSchema);

function parser<T>(schema: z.ZodType<T>): (row: Row) => T | null {
  return ({ content = null }) => {
    if (typeof content === 'number') return null;
    const parsed = schema.safeParse(jsonOf(textOf(content)));
    return parsed.success ? parsed.data : null;
  };
}

function jsonOf(stored: string | null): unknown {
  try {
    return JSON.parse(stored ?? '');
  } catch {
    // JSON.parse throws nothing but SyntaxError; what is no JSON fits no schema.
    return undefined;
  }
}
