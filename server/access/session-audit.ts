/**
 * Audit first: what cannot be recorded is not done. Whoever changes sessions or people records it here, and stops where
 * that throws; at the edge it is one answer, 503.
 */
import type { AuditEvent, AuditLog } from '../audit/audit-log';
import { actorOf, nameOf, type Principal } from './principal';

/** Who does something, as the log writes it. */
export type Doer = Pick<AuditEvent, 'actor' | 'actorName' | 'address'>;

/** Nobody asked from outside. */
export const SERVER: Doer = { actor: 'server', actorName: 'server', address: null };

export function doerOf(principal: Principal, address: string): Doer {
  return { actor: actorOf(principal), actorName: nameOf(principal), address };
}

/** The audit log cannot be written: the change was not made. */
export class AuditUnavailable extends Error {
  constructor(cause: unknown) {
    super('the audit log cannot be written', { cause });
  }
}

export interface Deed {
  readonly action: string;
  readonly subject: string;
  readonly details?: readonly (readonly [string, string | number])[];
}

/** Records what is about to be done. Throws AuditUnavailable: then do not do it. */
export async function recordFirst(audit: AuditLog, by: Doer, deed: Deed): Promise<void> {
  const { action, subject, details = [] } = deed;
  try {
    await audit.record({ ...by, action, subject, outcome: 'done', details: new Map(details) });
  } catch (thrown) {
    throw new AuditUnavailable(thrown);
  }
}
