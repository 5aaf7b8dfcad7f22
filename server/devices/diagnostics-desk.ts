/**
 * What the readers of diagnostic sessions (push, http) see of them, and what people may do with them. Types only;
 * `sessions/` implements it. Whoever calls has been let in by the table of access; what he may run is decided here, at
 * each command, by his roles as they are now.
 */
import type {
  CommandName,
  CommandRecord,
  DiagnosticSession,
  EndWish,
  ExecuteWish,
  InitiateWish,
  LiveEvent,
  SessionsResponse,
} from '../../lib/contracts/diagnostics';
import type { Result } from '../../lib/result';
import type { Viewer } from './telemetry-desk';

/** Who acts, as the audit log names him, with the roles that he has now. */
export interface Actor extends Viewer {
  /** `person:<id>`, `machine:<id>` or `local`. */
  readonly actor: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** The client's address, for the audit log. */
  readonly address: string;
}

/**
 * `not-found`: no such session. `not-owned`: the customer does not have this device. `not-yours`: another agent's
 * interaction. `command`: not on the list, or not with these parameters; `role`: not for him. `full`: too many sessions
 * or commands wait. `replayed`: a request id that was used for something else. `unrecorded`: the audit log cannot be
 * written, so nothing was done. `unavailable`: customers or conversations cannot be asked after now.
 */
export type DeskProblemKind =
  | 'off'
  | 'not-found'
  | 'not-owned'
  | 'not-yours'
  | 'command'
  | 'params'
  | 'role'
  | 'ended'
  | 'full'
  | 'replayed'
  | 'unrecorded'
  | 'unavailable';
export interface DeskProblem {
  readonly kind: DeskProblemKind;
  /** One sentence, without anything of the request in it. */
  readonly message: string;
}
export type Outcome<T> = Promise<Result<T, DeskProblem>>;

export interface DiagnosticsDesk {
  /**
   * A session that is open already is given back, `isNew` false, and the requested commands are asked of it. One of them
   * that is refused refuses all.
   */
  initiate(
    wish: InitiateWish,
    actor: Actor,
  ): Outcome<{ readonly session: DiagnosticSession; readonly isNew: boolean }>;
  execute(wish: ExecuteWish, actor: Actor): Outcome<CommandRecord>;
  end(interactionId: string, wish: EndWish, actor: Actor): Outcome<DiagnosticSession>;
  /** `null`: there is none, or not for him. */
  session(interactionId: string, viewer: Viewer): Promise<DiagnosticSession | null>;
  /** `userId`: of the platform, whose roles count too where they are configured, as they were known last. */
  mayRun(
    session: DiagnosticSession,
    roles: readonly string[],
    userId?: string | null,
  ): readonly CommandName[];
  list(viewer: Viewer): Promise<Pick<SessionsResponse, 'sessions' | 'more'>>;
  /**
   * The live view; events without `serverTime` and `mayRun`, which the reader adds. A session that is open comes
   * first, after this has returned. Who watches has been let in by `session`.
   */
  watch(interactionId: string, listener: (event: DeskEvent) => void): () => void;
  /** For download: all that is known of the session, without numbers, names and addresses of customers. */
  bundle(interactionId: string, viewer: Viewer): Promise<Record<string, unknown> | null>;
}

export type DeskEvent =
  | { readonly kind: 'session'; readonly session: DiagnosticSession }
  | Omit<Extract<LiveEvent, { kind: 'window' }>, 'seq'>
  | Omit<Extract<LiveEvent, { kind: 'breach' }>, 'seq'>
  | Omit<Extract<LiveEvent, { kind: 'samples' }>, 'seq'>;
