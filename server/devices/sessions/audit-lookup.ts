/** Which commands the audit log holds already: asked for, where the server or the disk failed in between. */
import type { AuditLog } from '../../audit/audit-log';
import { commandSubject } from './session-audit';

export interface Recorded {
  readonly asked: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
}

const PAGE = 500;

/**
 * Of these commands, by their ids. Reads from the newest entry back to `after`, the number of the entry that was the
 * newest before the first of them was asked. Rejects where the log cannot be read.
 */
export async function lookUp(audit: AuditLog, ids: Iterable<string>, after: number): Promise<Recorded> {
  const bySubject = new Map([...ids].map((id) => [commandSubject(id), id]));
  const asked = new Set<string>();
  const ended = new Set<string>();
  const { seq: newest } = await audit.head();
  for (let before = newest + 1; before > after + 1; ) {
    const page = await audit.entries({ before, limit: Math.min(PAGE, before - after - 1) });
    for (const { action, subject } of page) {
      const id = subject === null ? undefined : bySubject.get(subject);
      if (id !== undefined && action === 'command.asked') asked.add(id);
      if (id !== undefined && action === 'command.ended') ended.add(id);
    }
    // Entries that cannot be read are left out of a page: it is as long as it was asked for all the same.
    before -= PAGE;
  }
  return { asked, ended };
}
