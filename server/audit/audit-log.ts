/**
 * The port of the audit log: who did what to whom, when, and what was refused. Append-only, each entry chained to the
 * one before by its hash; what cannot be recorded is not done, so actions are recorded before they are carried out.
 */
import type { AuditEntry } from '../../lib/contracts/access';

export interface AuditEvent {
  /** `person:<id>`, `screen:<id>`, `machine:<id>`, `local`, `anonymous` or `server`. */
  readonly actor: string;
  readonly actorName: string;
  /** Dotted, past tense: `session.started`. */
  readonly action: string;
  readonly subject: string | null;
  readonly outcome: AuditEntry['outcome'];
  /** The client's address; `null` where nobody asked from outside. */
  readonly address: string | null;
  /** Our own keys; values are text, bounded and never secret. */
  readonly details: ReadonlyMap<string, string | number | boolean | null>;
  /** Of a refusal: one word of a closed set of ours; those that differ in it are not alike. Not in the entry. */
  readonly alike?: string;
}

export interface AuditHead {
  /** 0: nothing was ever recorded. */
  readonly seq: number;
  readonly hash: string;
}

export interface AuditLog {
  /**
   * Resolves when the entry is on the disk; rejects where it cannot be written: then do not do it. `mayRecord` is asked
   * at each try, with the head that the entry is chained to: false rejects, and it is not written.
   */
  record(event: AuditEvent, mayRecord?: () => boolean): Promise<void>;
  /**
   * Notes something refused. Of alike refusals (actor, action, subject, address, `alike`) the first of a minute is
   * recorded at once and the others as one entry with their count: nobody fills the disk by knocking. Never throws.
   */
  refused(event: AuditEvent): void;
  /** Newest first, before `before` (exclusive; absent: from the end), at most `limit`. */
  entries(range: { readonly before?: number; readonly limit: number }): Promise<readonly AuditEntry[]>;
  head(): Promise<AuditHead>;
}
