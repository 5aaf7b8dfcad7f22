/** Which commands and ends the audit log holds already: asked for, where the server or the disk failed in between. */
import type { AuditEntry } from '../../../lib/contracts/access';
import type { AuditLog } from '../../audit/audit-log';
import { commandSubject, sessionSubject } from './session-audit';

export interface Recorded {
  /** Commands. */
  readonly asked: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
  readonly endedSessions: ReadonlyMap<string, RecordedEnd>;
}

/** How a session ended, as its entry says. */
export interface RecordedEnd {
  readonly endedAt: number;
  readonly solvedRemotely: boolean | null;
}

const PAGE = 500;

/**
 * Of these commands and sessions, by their ids. Reads from the newest entry back to `after`, the number of the entry
 * that was the newest before the first of them was asked. Rejects where the log cannot be read.
 */
export async function lookUp(
  audit: AuditLog,
  ids: { readonly commands?: readonly string[]; readonly sessions?: readonly string[] },
  after: number,
): Promise<Recorded> {
  const { commands = [], sessions = [] } = ids;
  const bySubject = new Map([
    ...commands.map((id) => [commandSubject(id), id] as const),
    ...sessions.map((id) => [sessionSubject(id), id] as const),
  ]);
  const asked = new Set<string>();
  const ended = new Set<string>();
  const endedSessions = new Map<string, RecordedEnd>();
  const { seq: newest } = await audit.head();
  for (let before = newest + 1; before > after + 1; ) {
    const page = await audit.entries({ before, limit: Math.min(PAGE, before - after - 1) });
    for (const entry of page) {
      const { action, subject } = entry;
      const id = subject === null ? undefined : bySubject.get(subject);
      if (id !== undefined && action === 'command.asked') asked.add(id);
      if (id !== undefined && action === 'command.ended') ended.add(id);
      // Of several the first one counts, which is read last.
      if (id !== undefined && action === 'session.ended') endedSessions.set(id, endOf(entry));
    }
    // Entries that cannot be read are left out of a page: it is as long as it was asked for all the same.
    before -= PAGE;
  }
  return { asked, ended, endedSessions };
}

function endOf({ at, details }: AuditEntry): RecordedEnd {
  const { solvedRemotely } = details;
  return { endedAt: at, solvedRemotely: typeof solvedRemotely === 'boolean' ? solvedRemotely : null };
}
