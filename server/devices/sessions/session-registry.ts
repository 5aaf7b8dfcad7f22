/**
 * The sessions that this process holds: those that are open, and those that ended and still have something to be
 * recorded. It reads back what an earlier run left, ticks them all by one timer, and ends those that nobody uses any
 * more.
 */
import type { AuditLog } from '../../audit/audit-log';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { SessionStore, StoredSession } from '../../store/session-ports';
import { lookUp, type Recorded } from './audit-lookup';
import type { EndedSession } from './ended-sessions';
import { LiveSession } from './live-session';
import { type LeftSession, questionsOf, recovered, recoveredSession, STATE_AFTER_RESTART } from './recovery';
import { SERVER_ACTOR, type SessionAudit } from './session-audit';
import type { SessionDeps } from './session-deps';
import type { Turns } from './turns';

export interface SessionRegistryOptions {
  readonly deps: SessionDeps;
  readonly store: SessionStore;
  readonly audit: AuditLog;
  readonly records: SessionAudit;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxOpen: number;
  readonly idleMs: number;
  readonly keepMs: number;
  /** Told of every session of the last day that is in the store, with how many commands it has. */
  readonly onRead: (read: EndedSession) => void;
  readonly onEnded: (ended: EndedSession) => void;
}

/** Windows close on time to a quarter of a second. */
const TICK_MS = 250;
const TICKS_A_SECOND = 4;
const TICKS_A_MINUTE = 240;
const TICKS_AN_HOUR = 14_400;
const DAY_AND_A_BIT_MS = 26 * 3_600_000;
const READ_AT_START = 20_000;
const NOTHING_RECORDED: Recorded = { asked: new Set(), ended: new Set(), endedSessions: new Map() };

export class SessionRegistry {
  readonly #options: SessionRegistryOptions;
  readonly #held = new Map<string, LiveSession>();
  #ticks = 0;
  #isStopped = false;
  #cancelTick: Cancel = () => {};
  #forgetting: Promise<void> = Promise.resolve();

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
  }

  /** Rejects where store or audit log cannot be read. */
  async start(): Promise<void> {
    const { store, clock, onRead } = this.#options;
    const recent = await store.since(clock.now() - DAY_AND_A_BIT_MS, READ_AT_START);
    for (const read of recent.toReversed()) onRead(read);
    await this.#recover(await store.open());
    this.#cancelTick = clock.every(TICK_MS, () => this.#tick());
  }

  /** Links are closed; sessions stay open in the store for the next run. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTick();
    for (const live of this.#held.values()) live.leave();
    await this.#forgetting;
  }

  get(interactionId: string): LiveSession | undefined {
    return this.#held.get(interactionId);
  }

  *open(): Generator<LiveSession> {
    for (const live of this.#held.values()) if (!live.isOver) yield live;
  }

  get openCount(): number {
    return [...this.open()].length;
  }

  hasRoom(): boolean {
    return this.openCount < this.#options.maxOpen;
  }

  /** Calls the device of a session that is recorded and stored; where the server stops, the next one does. */
  begin(row: StoredSession): LiveSession {
    const live = new LiveSession(row, [], this.#options.deps);
    this.#held.set(row.interactionId, live);
    if (!this.#isStopped) live.open();
    return live;
  }

  /**
   * Ends it, once that is recorded. Rejects where it cannot be: then it goes on. From where to look for its entry is
   * stored before: neither a death of the server nor a record that failed and is there all the same gives it two.
   */
  async end(
    live: LiveSession,
    solvedRemotely: boolean | null,
    by: Parameters<SessionAudit['sessionEnded']>[1],
  ): Promise<void> {
    const { records, clock } = this.#options;
    const before = await this.#endedBefore(live);
    if (before === null) {
      await records.sessionEnded({ ...live.row, endedAt: clock.now(), solvedRemotely }, by);
    }
    live.end(before === null ? solvedRemotely : before.solvedRemotely);
    this.#options.onEnded({ session: live.row, commandCount: live.commands.length });
  }

  /** What the audit log says of its end already; `null`: nothing. */
  async #endedBefore(live: LiveSession) {
    const { audit, records, deps } = this.#options;
    const { id, endingFrom } = live.row;
    if (endingFrom !== null) {
      const { endedSessions } = await lookUp(audit, { sessions: [id] }, endingFrom);
      return endedSessions.get(id) ?? null;
    }
    live.update({ endingFrom: await records.place() });
    // Where it cannot be stored the session ends all the same.
    await deps.writer.flush();
    return null;
  }

  async #recover(left: readonly LeftSession[]): Promise<void> {
    const { audit, log } = this.#options;
    const questions = questionsOf(left);
    const found = questions === null ? NOTHING_RECORDED : await lookUp(audit, questions, questions.after);
    for (const one of left) this.#takeUp(one, found);
    if (left.length > 0) log.info('diagnostic sessions go on after a restart', { count: left.length });
  }

  #takeUp({ session: stored, commands }: LeftSession, found: Recorded): void {
    const { deps, clock } = this.#options;
    const at = clock.now();
    const session = recoveredSession(stored, found);
    const isOpen = session.endedAt === null;
    const row = isOpen ? { ...session, state: STATE_AFTER_RESTART, since: at } : session;
    const rows = commands.map((command) => recovered(command, session, found, at));
    const live = new LiveSession(row, rows, deps);
    // Of two sessions of one interaction the later one is its session; the other has only ends to record.
    const held = this.#held.get(row.interactionId);
    if (held === undefined || held.isOver) this.#held.set(row.interactionId, live);
    live.takeUp(commands);
    if (isOpen) live.open();
    else this.#options.onEnded({ session: live.row, commandCount: rows.length });
  }

  #tick(): void {
    const { clock, deps } = this.#options;
    this.#ticks += 1;
    const now = clock.now();
    for (const live of this.#held.values()) live.tickMetrics(now);
    if (this.#ticks % TICKS_A_SECOND !== 0) return;
    for (const live of this.#held.values()) live.tickCommands();
    for (const [interactionId, live] of this.#held) if (live.isSettled) this.#held.delete(interactionId);
    deps.ends.sweep();
    void deps.writer.flush();
    if (this.#ticks % TICKS_A_MINUTE === 0) this.#endIdle();
    if (this.#ticks % TICKS_AN_HOUR === 0) this.#forget();
  }

  #endIdle(): void {
    const { clock, idleMs, deps, turns, log } = this.#options;
    const now = clock.monotonicNow();
    for (const live of this.open()) {
      const { interactionId } = live.row;
      if (deps.live.isWatched(interactionId)) live.touch();
      if (now - live.touchedAt < idleMs) continue;
      const ending = turns.take(interactionId, async () => {
        if (!live.isOver) await this.end(live, null, SERVER_ACTOR);
      });
      // Tried again in a minute; that the audit log fails is said there.
      ending?.catch((thrown) => log.debug('an idle session goes on', { reason: messageOf(thrown) }));
    }
  }

  #forget(): void {
    const { store, clock, keepMs, log } = this.#options;
    this.#forgetting = store.forget(clock.now() - keepMs).then(
      (count) => log.debug('ended sessions were forgotten', { count }),
      (thrown) => log.warn('old sessions could not be forgotten', { reason: messageOf(thrown) }),
    );
  }
}
