/** A store of sessions in memory, for tests of what stands on one; it can be made to fail, and its rows be looked at. */
import type { MetricWindow } from '../../lib/contracts/diagnostics';
import type {
  SessionStore,
  SessionUnit,
  StoredCommand,
  StoredSession,
} from '../../server/store/session-ports';

export class MemorySessionStore implements SessionStore {
  readonly sessions = new Map<string, StoredSession>();
  readonly commands = new Map<string, StoredCommand>();
  allWindows: (MetricWindow & { readonly sessionId: string })[] = [];
  /** While it is set every write rejects with it. */
  failure: Error | null = null;
  /** Asked at each write, which rejects with what it throws. */
  onWrite: (unit: SessionUnit) => void = () => {};
  writeCount = 0;
  isClosed = false;

  async write(unit: SessionUnit): Promise<void> {
    this.writeCount += 1;
    if (this.isClosed) throw new Error('the store of sessions is closed');
    if (this.failure !== null) throw this.failure;
    this.onWrite(unit);
    for (const row of structuredClone(unit.sessions)) this.sessions.set(row.id, row);
    for (const row of structuredClone(unit.commands)) this.commands.set(row.id, row);
    this.allWindows.push(...structuredClone(unit.windows));
  }

  async open() {
    return [...this.sessions.values()]
      .map((session) => ({ session, commands: this.#commandsOf(session.id) }))
      .filter(
        ({ session, commands }) =>
          session.endedAt === null || commands.some(({ isEndRecorded }) => !isEndRecorded),
      )
      .sort((a, b) => a.session.startedAt - b.session.startedAt);
  }

  async find(interactionId: string) {
    const [session] = this.#newest().filter((row) => row.interactionId === interactionId);
    return session === undefined ? null : { session, commands: this.#commandsOf(session.id) };
  }

  async since(at: number, limit: number) {
    return this.#newest()
      .filter(({ startedAt }) => startedAt >= at)
      .slice(0, limit)
      .map((session) => ({ session, commandCount: this.#commandsOf(session.id).length }));
  }

  async windows(sessionId: string, limit: number): Promise<readonly MetricWindow[]> {
    return this.allWindows
      .filter((window) => window.sessionId === sessionId)
      .slice(-limit)
      .map(({ sessionId: _, ...window }) => window);
  }

  async forget(endedBefore: number): Promise<number> {
    const open = new Set((await this.open()).map(({ session }) => session.id));
    const gone = [...this.sessions.values()].filter(
      ({ id, endedAt }) => endedAt !== null && endedAt < endedBefore && !open.has(id),
    );
    for (const { id } of gone) {
      this.sessions.delete(id);
      for (const command of this.#commandsOf(id)) this.commands.delete(command.id);
      this.allWindows = this.allWindows.filter(({ sessionId }) => sessionId !== id);
    }
    return gone.length;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** Another one with the same rows, as after a restart. */
  reopened(): MemorySessionStore {
    const other = new MemorySessionStore();
    for (const [id, row] of this.sessions) other.sessions.set(id, row);
    for (const [id, row] of this.commands) other.commands.set(id, row);
    other.allWindows = [...this.allWindows];
    return other;
  }

  #commandsOf(sessionId: string): StoredCommand[] {
    return [...this.commands.values()]
      .filter((command) => command.sessionId === sessionId)
      .sort((a, b) => a.seq - b.seq);
  }

  /** The newest first; of two that started at once the one that was written last. */
  #newest(): StoredSession[] {
    return [...this.sessions.values()].reverse().sort((a, b) => b.startedAt - a.startedAt);
  }
}
