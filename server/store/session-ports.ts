/**
 * The port of the store of diagnostic sessions: sessions, their commands, and closed windows of what devices measured.
 * Whoever decides writes what he decided as one unit: all or nothing, on the disk when it resolves. What is read back
 * is parsed by the store; a row that cannot be read harms only itself.
 */
import type { CommandState, MetricWindow, SessionState } from '../../lib/contracts/diagnostics';

export interface StoredSession {
  readonly id: string;
  readonly interactionId: string;
  readonly customerId: string;
  readonly deviceId: string;
  readonly queueId: string | null;
  /** Users of the platform who take part in the interaction, as it was asked after last. */
  readonly agentUserIds: readonly string[];
  readonly state: SessionState;
  readonly since: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** `person:<id>` and the name, of who started it. */
  readonly startedByActor: string;
  readonly startedBy: string;
  readonly solvedRemotely: boolean | null;
  /** Of the request that made it; `null`: none was given. */
  readonly requestId: string | null;
  /** Number of the audit log's newest entry before its end was first recorded, or tried to be; `null`: it was not. */
  readonly endingFrom: number | null;
}

export interface StoredCommand {
  readonly id: string;
  readonly sessionId: string;
  /** Grows within a session: the order in which they run. */
  readonly seq: number;
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly state: CommandState;
  readonly actor: string;
  readonly by: string;
  readonly queuedAt: number;
  readonly sentAt: number | null;
  readonly endedAt: number | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly reason: string | null;
  readonly requestId: string | null;
  /** Number of the audit log's newest entry before it was asked: all entries about it come later. */
  readonly auditFrom: number;
  /** Its end is in the audit log. */
  readonly isEndRecorded: boolean;
}

export interface SessionUnit {
  /** Whole rows, new or in place of those with the same id. */
  readonly sessions: readonly StoredSession[];
  readonly commands: readonly StoredCommand[];
  readonly windows: readonly (MetricWindow & { readonly sessionId: string })[];
}

export interface SessionStore {
  write(unit: SessionUnit): Promise<void>;
  /** Not ended, or with a command whose end is not recorded. */
  open(): Promise<
    readonly { readonly session: StoredSession; readonly commands: readonly StoredCommand[] }[]
  >;
  /** The newest of that interaction; `null`: there is none. */
  find(
    interactionId: string,
  ): Promise<{ readonly session: StoredSession; readonly commands: readonly StoredCommand[] } | null>;
  /** Started since, the newest first, with how many commands each has. */
  since(
    at: number,
    limit: number,
  ): Promise<readonly { readonly session: StoredSession; readonly commandCount: number }[]>;
  /** The newest `limit`, the oldest of them first. */
  windows(sessionId: string, limit: number): Promise<readonly MetricWindow[]>;
  /** Forgets ended sessions that ended before, with all of theirs, in small steps. */
  forget(endedBefore: number): Promise<number>;
  close(): Promise<void>;
}
