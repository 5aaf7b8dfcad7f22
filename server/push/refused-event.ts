/** What the audit log is told of one who was refused at a socket. Pure. */
import { actorOf, nameOf, type Principal } from '../access/principal';
import type { AuditEvent } from '../audit/audit-log';
import type { SocketTarget } from './judgement';

export interface RefusedAtSocket {
  readonly as: Principal;
  readonly target: SocketTarget;
  /** What it came for, and the id of that as the client wrote it. */
  readonly about: readonly [what: 'board' | 'interaction', id: string];
  readonly code: string;
  readonly address: string;
}

export function refusedEvent({ as, target, about: [what, id], code, address }: RefusedAtSocket): AuditEvent {
  return {
    actor: actorOf(as),
    actorName: nameOf(as),
    action: 'access.refused',
    subject: null,
    outcome: 'refused',
    address,
    details: new Map([
      ['target', target],
      [what, id.replace(/[^\w-]/g, '?')],
      ['code', code],
    ]),
  };
}
