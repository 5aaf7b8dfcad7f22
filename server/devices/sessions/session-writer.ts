/**
 * The one way into the session store: what is asked for in one turn goes to the disk as one unit, one unit after the
 * other, so that rows get there in the order in which they were decided. Rows of states that are facts already (`keep`)
 * are written with a later unit where the first could not be; of one row the newest is. Closed windows wait for a
 * second, in a bounded number; where they cannot be written the oldest are given up.
 */
import type { MetricWindow } from '../../../lib/contracts/diagnostics';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { SessionStore, SessionUnit, StoredCommand, StoredSession } from '../../store/session-ports';

export interface Rows {
  readonly sessions?: readonly StoredSession[];
  readonly commands?: readonly StoredCommand[];
}

interface Asked {
  readonly rows: Rows;
  readonly keep: boolean;
  resolve(): void;
  reject(thrown: unknown): void;
}

export const MAX_WINDOWS_WAITING = 20_000;

export class SessionWriter {
  failureCount = 0;
  windowsLost = 0;
  readonly #store: SessionStore;
  readonly #log: Log;
  #asked: Asked[] = [];
  #windows: (MetricWindow & { readonly sessionId: string })[] = [];
  readonly #keptSessions = new Map<string, StoredSession>();
  readonly #keptCommands = new Map<string, StoredCommand>();
  #writing: Promise<void> | null = null;
  #isFailing = false;

  constructor(store: SessionStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Rejects where it is not on the disk; with `keep` it is written again with whatever is written next. */
  write(rows: Rows, keep: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ rows, keep, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  addWindow(window: MetricWindow & { readonly sessionId: string }): void {
    this.#windows.push(window);
    const excess = this.#windows.length - MAX_WINDOWS_WAITING;
    if (excess <= 0) return;
    this.#windows.splice(0, excess);
    this.windowsLost += excess;
  }

  /** Writes windows and what was kept, where there are some. Never rejects. */
  async flush(): Promise<void> {
    if (this.#windows.length + this.#keptSessions.size + this.#keptCommands.size > 0) {
      // Why it failed is said where it is written.
      await this.write({}, false).catch(() => {});
    }
    await this.#writing;
  }

  async #drain(): Promise<void> {
    // What is asked for in the same turn goes into the same unit.
    await null;
    while (this.#asked.length > 0) await this.#writeAll(this.#asked.splice(0));
    this.#writing = null;
  }

  async #writeAll(asked: readonly Asked[]): Promise<void> {
    const unit = this.#unitOf(asked);
    try {
      await this.#store.write(unit);
    } catch (thrown) {
      this.#failed(asked, unit, thrown);
      return;
    }
    if (this.#isFailing) this.#log.warn('diagnostic sessions are stored again');
    this.#isFailing = false;
    for (const { resolve } of asked) resolve();
  }

  #unitOf(asked: readonly Asked[]): SessionUnit {
    const sessions = new Map(this.#keptSessions);
    const commands = new Map(this.#keptCommands);
    for (const { rows } of asked) {
      for (const row of rows.sessions ?? []) sessions.set(row.id, row);
      for (const row of rows.commands ?? []) commands.set(row.id, row);
    }
    this.#keptSessions.clear();
    this.#keptCommands.clear();
    return {
      sessions: [...sessions.values()],
      commands: [...commands.values()],
      windows: this.#windows.splice(0),
    };
  }

  #failed(asked: readonly Asked[], unit: SessionUnit, thrown: unknown): void {
    this.failureCount++;
    if (!this.#isFailing) {
      this.#log.error('diagnostic sessions cannot be stored: no command is sent', {
        reason: messageOf(thrown),
      });
    }
    this.#isFailing = true;
    this.#keepOf(asked, unit);
    for (const { reject } of asked) reject(thrown);
  }

  /** Of rows that were in this unit: those kept from before, and those asked to be kept. */
  #keepOf(asked: readonly Asked[], unit: SessionUnit): void {
    const given = new Set(asked.filter(({ keep }) => !keep).flatMap(({ rows }) => idsOf(rows)));
    for (const row of unit.sessions) if (!given.has(row.id)) this.#keptSessions.set(row.id, row);
    for (const row of unit.commands) if (!given.has(row.id)) this.#keptCommands.set(row.id, row);
    const windows = [...unit.windows, ...this.#windows];
    this.#windows = [];
    for (const window of windows) this.addWindow(window);
  }
}

function idsOf({ sessions = [], commands = [] }: Rows): string[] {
  return [...sessions, ...commands].map(({ id }) => id);
}
