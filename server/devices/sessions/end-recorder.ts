/**
 * Sees to it that the end of each command is in the audit log, exactly once: first the end is on the disk, then it is
 * recorded, then that it is. What fails is tried again for as long as the server runs, and by the next one after it.
 * A record that failed may be in the log all the same, so it is looked up before it is tried again, together with all
 * that are. When the way to all devices is cut thousands end at once: so many are under way that the audit log has room
 * for others.
 */
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { StoredCommand, StoredSession } from '../../store/session-ports';
import { lookUp } from './audit-lookup';
import type { SessionAudit } from './session-audit';
import type { SessionWriter } from './session-writer';

export interface EndRecorderOptions {
  readonly audit: AuditLog;
  readonly records: SessionAudit;
  readonly writer: SessionWriter;
  readonly clock: Clock;
  readonly log: Log;
}

interface Ending {
  readonly session: StoredSession;
  readonly command: StoredCommand;
  readonly onRecorded: () => void;
  step: 'store' | 'record' | 'look up' | 'note';
  isUnderWay: boolean;
  failures: number;
  /** Monotonic. */
  nextTryAt: number;
}

/** The audit log takes a thousand that wait. */
const MOST_AT_ONCE = 200;
/** Before each next try, the last for all after. */
const TRY_AGAIN_MS: readonly number[] = [5_000, 10_000, 20_000, 60_000];

export class EndRecorder {
  readonly #options: EndRecorderOptions;
  readonly #endings = new Map<string, Ending>();
  /** Those that wait for their turn. */
  readonly #line = new Set<Ending>();
  #goingCount = 0;
  readonly #idle: (() => void)[] = [];
  #isStopped = false;

  constructor(options: EndRecorderOptions) {
    this.#options = options;
  }

  /** Commands whose end is not recorded. */
  get count(): number {
    return this.#endings.size;
  }

  /** `command`: in its final state. */
  add(session: StoredSession, command: StoredCommand, onRecorded: () => void): void {
    const ending: Ending = {
      ...{ session, command, onRecorded, step: 'store' },
      ...{ isUnderWay: false, failures: 0, nextTryAt: 0 },
    };
    this.#endings.set(command.id, ending);
    this.#take(ending);
  }

  /** Tries again what failed a while ago. */
  sweep(): void {
    const now = this.#options.clock.monotonicNow();
    const due = [...this.#endings.values()].filter(
      (ending) => !ending.isUnderWay && !this.#line.has(ending) && now >= ending.nextTryAt,
    );
    const doubtful = due.filter(({ step }) => step === 'look up');
    if (doubtful.length > 0 && !this.#isStopped) void this.#lookUp(doubtful);
    for (const ending of due) if (ending.step !== 'look up') this.#take(ending);
  }

  /** No new tries; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if ([...this.#endings.values()].some(({ isUnderWay }) => isUnderWay)) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Now, or when it is its turn. */
  #take(ending: Ending): void {
    if (this.#goingCount < MOST_AT_ONCE) void this.#go(ending);
    else this.#wait(ending);
  }

  /** Its row does not wait: a server that began anew would take the command for an open one. */
  #wait(ending: Ending): void {
    this.#line.add(ending);
    if (ending.step !== 'store') return;
    // Where it fails, that is said, and it is written again when it is its turn.
    this.#options.writer.write({ commands: [ending.command] }, true).catch(() => {});
  }

  /** Never rejects. */
  async #lookUp(endings: readonly Ending[]): Promise<void> {
    for (const ending of endings) ending.isUnderWay = true;
    const after = endings.reduce((least, { command }) => Math.min(least, command.auditFrom), Infinity);
    try {
      const commands = endings.map(({ command }) => command.id);
      const { ended } = await lookUp(this.#options.audit, { commands }, after);
      for (const ending of endings) ending.step = ended.has(ending.command.id) ? 'note' : 'record';
    } catch (thrown) {
      for (const ending of endings) this.#failed(ending, thrown);
    }
    for (const ending of endings) {
      ending.isUnderWay = false;
      if (ending.step !== 'look up') this.#take(ending);
    }
    this.#settle();
  }

  async #go(ending: Ending): Promise<void> {
    if (this.#isStopped) return;
    ending.isUnderWay = true;
    this.#goingCount += 1;
    try {
      while (!(await this.#step(ending)));
      this.#endings.delete(ending.command.id);
      ending.onRecorded();
    } catch (thrown) {
      this.#failed(ending, thrown);
    } finally {
      ending.isUnderWay = false;
      this.#goingCount -= 1;
      const [next] = this.#line;
      if (next !== undefined) {
        this.#line.delete(next);
        this.#take(next);
      }
      this.#settle();
    }
  }

  #failed(ending: Ending, thrown: unknown): void {
    const delayMs = TRY_AGAIN_MS[ending.failures] ?? TRY_AGAIN_MS.at(-1) ?? 0;
    ending.nextTryAt = this.#options.clock.monotonicNow() + delayMs;
    ending.failures += 1;
    this.#options.log.warn('how a command ended is not recorded yet', {
      ...{ commandId: ending.command.id, at: ending.step, reason: messageOf(thrown) },
    });
  }

  /** True: it was the last one. */
  async #step(ending: Ending): Promise<boolean> {
    const { writer, records } = this.#options;
    const { session, command } = ending;
    switch (ending.step) {
      case 'store':
        await writer.write({ commands: [command] }, true);
        ending.step = 'record';
        return false;
      case 'record':
        // Should it fail, it may be there.
        ending.step = 'look up';
        await records.commandEnded(session, command);
        ending.step = 'note';
        return false;
      case 'look up':
        throw new Error('it is looked up first');
      case 'note':
        await writer.write({ commands: [{ ...command, isEndRecorded: true }] }, true);
        return true;
    }
  }

  #settle(): void {
    if (this.#idle.length === 0) return;
    if ([...this.#endings.values()].some(({ isUnderWay }) => isUnderWay)) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
