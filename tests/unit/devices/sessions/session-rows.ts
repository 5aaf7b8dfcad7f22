/** Rows of sessions and commands, as they would be stored. */
import type { SessionUnit, StoredCommand, StoredSession } from '../../../../server/store/session-ports';

export const T0 = Date.UTC(2026, 10, 20, 9, 0, 0);

export function sessionRow(id: string, over: Partial<StoredSession> = {}): StoredSession {
  return {
    ...{ id, interactionId: `interaction-${id}`, customerId: 'customer-1', deviceId: 'device-1' },
    ...{ queueId: null, agentUserIds: [], state: 'INITIATED', since: T0, startedAt: T0, endedAt: null },
    ...{ startedByActor: 'person:1', startedBy: 'Ada', solvedRemotely: null, requestId: null },
    endingFrom: null,
    ...over,
  };
}

export function commandRow(seq: number, over: Partial<StoredCommand> = {}): StoredCommand {
  return {
    ...{ id: `command-${seq}`, sessionId: 'session-1', seq, command: 'ping_latency', params: {} },
    ...{ state: 'queued', actor: 'person:1', by: 'Ada', queuedAt: T0, sentAt: null, endedAt: null },
    ...{ result: null, reason: null, requestId: null, auditFrom: 0, isEndRecorded: false },
    ...over,
  };
}

export function windowRow(sessionId: string, from: number): SessionUnit['windows'][number] {
  const figures = { min: -80, max: -70, avg: -75, count: 50 };
  return { sessionId, metric: 'signal_dbm', from, to: from + 5_000, ...figures };
}

export function unitOf(unit: Partial<SessionUnit>): SessionUnit {
  return { sessions: [], commands: [], windows: [], ...unit };
}
