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
  for (let before: number | undefined; bySubject.size > 0; ) {
    const page = await audit.entries(before === undefined ? { limit: PAGE } : { before, limit: PAGE });
    for (const { seq, action, subject } of page) {
      const id = seq > after && subject !== null ? bySubject.get(subject) : undefined;
      if (id !== undefined && action === 'command.asked') asked.add(id);
      if (id !== undefined && action === 'command.ended') ended.add(id);
    }
    const last = page.at(-1);
    if (last === undefined || last.seq <= after + 1) break;
    before = last.seq;
  }
  return { asked, ended };
}
