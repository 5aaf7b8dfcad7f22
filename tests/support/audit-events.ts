/** Events and whole chains of entries, for tests of the audit log. */
import { type AuditDraft, chained } from '../../server/audit/audit-chain';
import type { AuditEvent, AuditHead } from '../../server/audit/audit-log';
import { EMPTY_HEAD } from '../../server/store/ports';

export function auditEvent(more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    actor: 'person:p1',
    actorName: 'Ada',
    action: 'session.started',
    subject: null,
    outcome: 'done',
    address: '192.0.2.7',
    details: new Map(),
    ...more,
  };
}

export function refusal(more: Partial<AuditEvent> = {}): AuditEvent {
  return auditEvent({ action: 'access.refused', outcome: 'refused', subject: 'GET /api/v1/people', ...more });
}

/** `count` different entries, a second apart. */
export function drafts(count: number, startAt = 1_000_000): AuditDraft[] {
  return Array.from({ length: count }, (_, index) => ({
    ...auditEvent({ subject: `screen:s${index + 1}`, details: new Map([['n', index]]) }),
    at: startAt + index * 1_000,
  }));
}

/** A chain from the beginning, and its head. */
export function chainOf(count: number): { readonly lines: readonly string[]; readonly head: AuditHead } {
  const { lines, hash } = chained(drafts(count), EMPTY_HEAD);
  return { lines, head: { seq: count, hash } };
}
