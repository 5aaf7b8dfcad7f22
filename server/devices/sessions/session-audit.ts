/**
 * What the audit log holds of diagnostic sessions, each entry also as one line of the server's log for Splunk or
 * CloudWatch: who, what, with what parameters, on which device, in which interaction, and how it ended. No names and no
 * numbers of customers are in the line. `commandEnded` is recorded once a command (see `end-recorder`).
 */
import type { AuditEvent, AuditLog } from '../../audit/audit-log';
import type { Log } from '../../runtime/log';
import type { StoredCommand, StoredSession } from '../../store/session-ports';
import type { Actor } from '../diagnostics-desk';
import { ruleOf } from './command-policy';

type Detail = string | number | boolean | null;
type Details = readonly (readonly [string, Detail])[];

/** What somebody wanted and did not get. */
export interface RefusedWish {
  readonly action: 'session.refused' | 'command.refused';
  readonly interactionId: string;
  readonly deviceId: string | null;
  readonly command: string | null;
  readonly params: object | null;
  /** A kind of problem, never anything of the request. */
  readonly why: string;
}

export interface SessionAudit {
  /** The number of the newest entry. Rejects where it cannot be read. */
  place(): Promise<number>;
  /** Each resolves when it is on the disk, and rejects where it cannot be: then do not do it. */
  sessionStarted(session: StoredSession, actor: Actor): Promise<void>;
  sessionEnded(
    session: StoredSession,
    by: Pick<AuditEvent, 'actor' | 'actorName' | 'address'>,
  ): Promise<void>;
  commandAsked(session: StoredSession, command: StoredCommand, actor: Actor): Promise<void>;
  commandEnded(session: StoredSession, command: StoredCommand): Promise<void>;
  refused(wish: RefusedWish, actor: Actor): void;
}

export const SERVER_ACTOR = { actor: 'server', actorName: 'server', address: null } as const;

/** `mayRecord`: whether no other node may record the same by now. Absent: none. */
export function createSessionAudit(audit: AuditLog, log: Log, mayRecord?: () => boolean): SessionAudit {
  async function record(event: AuditEvent): Promise<void> {
    await audit.record(event, mayRecord);
    logLine(log, event);
  }
  return {
    place: async () => (await audit.head()).seq,
    sessionStarted: (session, { actor, name, address }) =>
      record({
        ...{ actor, actorName: name, address, action: 'session.started', outcome: 'done' },
        ...{ subject: sessionSubject(session.id), details: new Map(sessionDetails(session)) },
      }),
    sessionEnded: (session, by) =>
      record({
        ...{ ...by, action: 'session.ended', outcome: 'done', subject: sessionSubject(session.id) },
        details: new Map<string, Detail>([
          ...sessionDetails(session),
          ['state', session.state],
          ['solvedRemotely', session.solvedRemotely],
        ]),
      }),
    commandAsked: (session, command, { actor, name, address }) =>
      record({
        ...{ actor, actorName: name, address, action: 'command.asked', outcome: 'done' },
        ...{ subject: commandSubject(command.id), details: new Map(commandDetails(session, command)) },
      }),
    commandEnded: (session, command) =>
      record({
        ...{ actor: command.actor, actorName: command.by, address: null, action: 'command.ended' },
        ...{ outcome: outcomeOf(command), subject: commandSubject(command.id) },
        details: new Map<string, Detail>([
          ...commandDetails(session, command),
          ['state', command.state],
          ['reason', command.reason],
          ['result', command.result === null ? null : JSON.stringify(command.result)],
        ]),
      }),
    refused(wish, { actor, name, address }) {
      const event: AuditEvent = {
        ...{ actor, actorName: name, address, action: wish.action, outcome: 'refused' },
        ...{ subject: `interaction:${wish.interactionId}`, details: new Map(refusedDetails(wish)) },
        alike: `${wish.why} ${wish.command !== null && ruleOf(wish.command) !== null ? wish.command : ''}`,
      };
      audit.refused(event);
      logLine(log, event);
    },
  };
}

export function commandSubject(id: string): string {
  return `command:${id}`;
}

export function sessionSubject(id: string): string {
  return `session:${id}`;
}

function sessionDetails({ interactionId, deviceId, customerId }: StoredSession): Details {
  return [
    ['interaction', interactionId],
    ['device', deviceId],
    ['customer', customerId],
  ];
}

function commandDetails(session: StoredSession, { command, params }: StoredCommand): Details {
  const { id, interactionId, deviceId } = session;
  return [
    ['command', command],
    ['params', JSON.stringify(params)],
    ['device', deviceId],
    ['interaction', interactionId],
    ['session', id],
  ];
}

function refusedDetails({ interactionId, deviceId, command, params, why }: RefusedWish): Details {
  return [
    ['why', why],
    ['interaction', interactionId],
    ['device', deviceId],
    ['command', command],
    ['params', params === null ? null : JSON.stringify(params).slice(0, 1_000)],
  ];
}

function outcomeOf({ state }: StoredCommand): AuditEvent['outcome'] {
  if (state === 'done') return 'done';
  return state === 'refused' ? 'refused' : 'failed';
}

/** Without the customer: his number has no place in a log that many read. */
function logLine(log: Log, { actor, action, subject, outcome, details }: AuditEvent): void {
  const told = [...details].filter(([key]) => key !== 'customer');
  log.info('diagnostics', { actor, action, subject, outcome, ...Object.fromEntries(told) });
}
