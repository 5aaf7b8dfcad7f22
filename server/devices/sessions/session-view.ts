/** A session as its readers see it. Pure: from its rows, and what is measured now. */
import type {
  CommandRecord,
  DiagnosticSession,
  MetricWindow,
  SessionSummary,
  ThresholdBreach,
  TranscriptStatus,
} from '../../../lib/contracts/diagnostics';
import type { StoredCommand, StoredSession } from '../../store/session-ports';
import { suggestionsFor } from '../metrics/suggestions';
import { ruleOf } from './command-policy';
import { noticeOf } from './session-sentences';

export interface SessionParts {
  readonly row: StoredSession;
  /** In the order in which they were asked. */
  readonly commands: readonly StoredCommand[];
  readonly heardAt: number | null;
  readonly linkReason: string | null;
  readonly windows: readonly MetricWindow[];
  readonly breaches: readonly ThresholdBreach[];
  readonly transcript: TranscriptStatus;
}

/** How many commands a session has at most; what its readers get is no longer. */
export const MAX_COMMANDS = 200;

export const NO_TRANSCRIPT: TranscriptStatus = { state: 'off', windowMs: 0, backlog: 0, lastSentAt: null };

export function sessionView(parts: SessionParts): DiagnosticSession {
  const { row, commands, heardAt, linkReason, windows, breaches, transcript } = parts;
  const { interactionId, customerId, deviceId, queueId, state, since, startedAt, endedAt } = row;
  const isOpen = endedAt === null;
  const isReachable = state === 'RUNNING' || state === 'COMPLETED';
  return {
    ...{ interactionId, customerId, deviceId, queueId, state, since, startedAt, endedAt },
    ...{ startedBy: row.startedBy, solvedRemotely: row.solvedRemotely, heardAt },
    notice: isOpen ? noticeOf(state, linkReason) : null,
    commands: commands.slice(-MAX_COMMANDS).map(commandRecord),
    windows: [...windows],
    breaches: [...breaches],
    // For everybody who reads it: what needs a role is advised to nobody.
    suggestions: isOpen
      ? suggestionsFor({
          ...{ breaches, windows },
          mayAsk: (command) => isReachable && ruleOf(command)?.roles === null,
        })
      : [],
    transcript,
  };
}

export function commandRecord(row: StoredCommand): CommandRecord {
  const { id, command, params, state, by, queuedAt, sentAt, endedAt, result, reason } = row;
  return {
    ...{ id, command, state, by, queuedAt, sentAt, endedAt, reason },
    params: { ...params },
    result: result === null ? null : { ...result },
  };
}

/** Without the reason of a link that failed, which only the one who holds it knows. */
export function sessionSummary(
  row: StoredSession,
  counts: { readonly waiting: number; readonly ended: number },
): SessionSummary {
  const { interactionId, deviceId, queueId, state, since, startedAt, endedAt, startedBy } = row;
  return {
    ...{ interactionId, deviceId, queueId, state, since, startedAt, endedAt, startedBy },
    notice: endedAt === null ? noticeOf(state, null) : null,
    commandsWaiting: counts.waiting,
    commandsEnded: counts.ended,
  };
}
