/** What readers get of sessions: those that are held live, and those that ended from the store. It changes nothing. */
import type {
  CommandName,
  DiagnosticSession,
  MetricWindow,
  SessionSummary,
} from '../../../lib/contracts/diagnostics';
import type { Clock } from '../../runtime/clock';
import type { SessionStore, StoredSession } from '../../store/session-ports';
import { isAmong } from '../reach';
import type { Viewer } from '../telemetry-desk';
import { commandsFor } from './command-policy';
import { bundleOf } from './diagnostic-bundle';
import type { EndedSessions } from './ended-sessions';
import type { LiveSession } from './live-session';
import type { SessionAccess } from './session-access';
import type { SessionRegistry } from './session-registry';
import { NO_TRANSCRIPT, sessionSummary, sessionView } from './session-view';

export interface SessionReaderOptions {
  readonly store: SessionStore;
  readonly registry: Pick<SessionRegistry, 'get' | 'open'>;
  readonly ended: Pick<EndedSessions, 'since'>;
  readonly access: SessionAccess;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
const MAX_LISTED = 500;
/** Enough for the newest of each metric, and for an hour of all. */
const NEWEST_WINDOWS = 50;
const BUNDLED_WINDOWS = 5_000;

export class SessionReader {
  readonly #options: SessionReaderOptions;

  constructor(options: SessionReaderOptions) {
    this.#options = options;
  }

  /** The newest of that interaction; `null`: there is none. */
  async session(interactionId: string): Promise<DiagnosticSession | null> {
    const live = this.#options.registry.get(interactionId);
    if (live !== undefined) return live.view();
    const stored = await this.#options.store.find(interactionId);
    if (stored === null) return null;
    const windows = await this.#options.store.windows(stored.session.id, NEWEST_WINDOWS);
    return sessionView({
      ...{ row: stored.session, commands: stored.commands, heardAt: null, linkReason: null },
      ...{ windows: newestOf(windows), breaches: [], transcript: NO_TRANSCRIPT },
    });
  }

  async sessionFor(interactionId: string, viewer: Viewer): Promise<DiagnosticSession | null> {
    return (await this.#rowFor(interactionId, viewer)) === null ? null : this.session(interactionId);
  }

  /** `userId`: of the platform, whose roles count too. */
  mayRun(
    session: DiagnosticSession,
    roles: readonly string[],
    userId: string | null,
  ): readonly CommandName[] {
    return runnableIn(session, this.#options.access.rolesShown(roles, userId));
  }

  async list(viewer: Viewer): Promise<{ sessions: SessionSummary[]; more: number }> {
    const { ended, registry, clock } = this.#options;
    const open = [...registry.open()]
      .filter(({ row }) => isAmong(viewer, row.agentUserIds))
      .sort((a, b) => b.row.startedAt - a.row.startedAt)
      .map(summaryOf);
    const over = ended.since(clock.now() - DAY_MS, ({ agentUserIds }) => isAmong(viewer, agentUserIds));
    const count = open.length + over.length;
    const listed = over
      .slice(0, Math.max(0, MAX_LISTED - open.length))
      .map(({ session, commandCount }) => sessionSummary(session, { waiting: 0, ended: commandCount }));
    return { sessions: [...open, ...listed].slice(0, MAX_LISTED), more: Math.max(0, count - MAX_LISTED) };
  }

  async bundle(interactionId: string, viewer: Viewer): Promise<Record<string, unknown> | null> {
    const row = await this.#rowFor(interactionId, viewer);
    const session = row === null ? null : await this.session(interactionId);
    if (row === null || session === null) return null;
    const windows = await this.#options.store.windows(row.id, BUNDLED_WINDOWS);
    return bundleOf(session, windows, this.#options.clock.now());
  }

  /** `null`: there is none, or not for him. */
  async #rowFor(interactionId: string, viewer: Viewer): Promise<StoredSession | null> {
    const live = this.#options.registry.get(interactionId);
    const row = live?.row ?? (await this.#options.store.find(interactionId))?.session ?? null;
    if (row === null) return null;
    const reach = await this.#options.access.reaches(viewer, row, (ids) => {
      if (live !== undefined && !live.isOver) live.update({ agentUserIds: ids });
    });
    return reach === 'yes' ? row : null;
  }
}

function summaryOf(live: LiveSession): SessionSummary {
  const ended = live.commands.filter(({ endedAt }) => endedAt !== null).length;
  const counts = { waiting: live.waitingCount, ended };
  return { ...sessionSummary(live.row, counts), notice: live.notice };
}

function newestOf(windows: readonly MetricWindow[]): MetricWindow[] {
  return [...new Map(windows.map((window) => [window.metric, window])).values()];
}

/** What of a session's commands somebody with these roles may press now. */
export function runnableIn(
  { endedAt, state }: Pick<DiagnosticSession, 'endedAt' | 'state'>,
  roles: readonly string[],
): readonly CommandName[] {
  // While the device is lost there is nothing to press.
  return endedAt !== null || state === 'DISCONNECTED' ? [] : commandsFor(roles);
}
