/**
 * What is made of the rows that an earlier run left. A command that was only noted, and is not in the audit log, never
 * was accepted; one whose end is in the log already gets no second one; what was out is asked after by its line. Pure.
 */
import type { SessionState } from '../../../lib/contracts/diagnostics';
import type { StoredCommand, StoredSession } from '../../store/session-ports';
import type { Recorded } from './audit-lookup';
import { isOut } from './command-line';
import { REASONS } from './session-sentences';

export interface LeftSession {
  readonly session: StoredSession;
  readonly commands: readonly StoredCommand[];
}

/** After a restart the link is opened anew: nobody says that the device is lost before it was tried. */
export const STATE_AFTER_RESTART: SessionState = 'INITIATED';

/** Which commands and sessions are to be looked up in the audit log, and after which entry. `null`: none. */
export function questionsOf(left: readonly LeftSession[]) {
  const open = left.flatMap(({ commands }) => commands.filter(({ isEndRecorded }) => !isEndRecorded));
  const ending = left.flatMap(({ session: { id, endedAt, endingFrom } }) =>
    endedAt === null && endingFrom !== null ? [{ id, auditFrom: endingFrom }] : [],
  );
  if (open.length + ending.length === 0) return null;
  const after = [...open, ...ending].reduce(
    (least, { auditFrom }) => Math.min(least, auditFrom),
    Number.MAX_SAFE_INTEGER,
  );
  return { commands: open.map(({ id }) => id), sessions: ending.map(({ id }) => id), after };
}

/** One whose end is in the audit log has ended, whatever became of its row. */
export function recoveredSession(session: StoredSession, { endedSessions }: Recorded): StoredSession {
  const end = session.endedAt === null ? endedSessions.get(session.id) : undefined;
  return end === undefined ? session : { ...session, ...end };
}

/** The row as it is from now on: the same where nothing is to be changed. */
export function recovered(
  command: StoredCommand,
  session: StoredSession,
  { asked, ended }: Recorded,
  at: number,
): StoredCommand {
  const finish = (state: 'expired' | 'failed', reason: string): StoredCommand => ({
    ...{ ...command, state, endedAt: at, reason, isEndRecorded: ended.has(command.id) },
  });
  if (command.isEndRecorded) return command;
  if (command.endedAt !== null) {
    return ended.has(command.id) ? { ...command, isEndRecorded: true } : command;
  }
  // Its own row is older than that entry: the store was put back.
  if (ended.has(command.id)) return finish('failed', REASONS.endLost);
  if (command.state === 'queued' && !asked.has(command.id)) return finish('failed', REASONS.notAccepted);
  if (session.endedAt === null) return command;
  return isOut(command) ? finish('failed', REASONS.endedMeanwhile) : finish('expired', REASONS.endedBefore);
}
