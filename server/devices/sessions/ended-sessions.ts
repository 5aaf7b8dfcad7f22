/**
 * The sessions that ended, for lists: kept in memory, as reading thousands of rows back for each look keeps everybody
 * else waiting. The newest five thousand; what came first goes first.
 */
import type { StoredSession } from '../../store/session-ports';

export interface EndedSession {
  readonly session: StoredSession;
  readonly commandCount: number;
}

const MAX_KEPT = 5_000;

export class EndedSessions {
  readonly #ended = new Map<string, EndedSession>();

  /** One that is still open is none of them. */
  note(one: EndedSession): void {
    const { id, endedAt } = one.session;
    if (endedAt === null) return;
    this.#ended.delete(id);
    this.#ended.set(id, one);
    if (this.#ended.size <= MAX_KEPT) return;
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined) this.#ended.delete(oldest);
  }

  /** Started since, the newest first. */
  since(at: number, isMeant: (session: StoredSession) => boolean): readonly EndedSession[] {
    return [...this.#ended.values()]
      .filter(({ session }) => session.startedAt >= at && isMeant(session))
      .sort((a, b) => b.session.startedAt - a.session.startedAt);
  }
}
