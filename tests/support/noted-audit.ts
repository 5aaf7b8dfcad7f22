/** An audit log that keeps what it is told, and nothing else. */
import type { AuditEvent, AuditLog } from '../../server/audit/audit-log';

export class NotedAudit implements AuditLog {
  readonly recorded: AuditEvent[] = [];
  readonly refusals: AuditEvent[] = [];

  async record(event: AuditEvent): Promise<void> {
    this.recorded.push(event);
  }
  refused(event: AuditEvent): void {
    this.refusals.push(event);
  }
  async entries(): Promise<[]> {
    return [];
  }
  async head(): Promise<{ seq: number; hash: string }> {
    return { seq: 0, hash: '' };
  }
}
