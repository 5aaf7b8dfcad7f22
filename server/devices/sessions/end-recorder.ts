/**
 * Sees to it that the end of each command is in the audit log, exactly once: first the end is on the disk, then it is
 * recorded, then that it is. What fails is tried again for as long as the server runs, and by the next one after it.
 * A record that failed may be in the log all the same, so it is looked up before it is tried again.
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

/** Before each next try, the last for all after. */
const TRY_AGAIN_MS: readonly number[] = [5_000, 10_000, 20_000, 60_000];

export class EndRecorder {
  readonly #options: EndRecorderOptions;
  readonly #endings = new Map<string, Ending>();
  readonly #idle: (() => void)[] = [];
  #isStopped = false;

  constructor(options: EndRecorderOptions) {
    this.#options = options;
  }

  /** Commands whose end is not recorded. */
  get count(): number {
    return this.#endings.size;
  }

  /** `command`: in its final state. `isDoubtful`: its end may be in the audit log. */
  add(session: StoredSession, command: StoredCommand, onRecorded: () => void, isDoubtful = false): void {
    const step = isDoubtful ? 'look up' : 'store';
    const ending: Ending = {
      session,
      command,
      onRecorded,
      step,
      isUnderWay: false,
      failures: 0,
      nextTryAt: 0,
    };
    this.#endings.set(command.id, ending);
    void this.#go(ending);
  }

  /** Tries again what failed a while ago. */
  sweep(): void {
    const now = this.#options.clock.monotonicNow();
    for (const ending of this.#endings.values()) {
      if (!ending.isUnderWay && now >= ending.nextTryAt) void this.#go(ending);
    }
  }

  /** No new tries; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if ([...this.#endings.values()].some(({ isUnderWay }) => isUnderWay)) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  async #go(ending: Ending): Promise<void> {
    if (this.#isStopped) return;
    ending.isUnderWay = true;
    try {
      while (!(await this.#step(ending)));
      this.#endings.delete(ending.command.id);
      ending.onRecorded();
    } catch (thrown) {
      const delayMs = TRY_AGAIN_MS[ending.failures] ?? TRY_AGAIN_MS.at(-1) ?? 0;
      ending.nextTryAt = this.#options.clock.monotonicNow() + delayMs;
      ending.failures += 1;
      this.#options.log.warn('how a command ended is not recorded yet', {
        ...{ commandId: ending.command.id, at: ending.step, reason: messageOf(thrown) },
      });
    } finally {
      ending.isUnderWay = false;
      this.#settle();
    }
  }

  /** True: it was the last one. */
  async #step(ending: Ending): Promise<boolean> {
    const { writer, records, audit } = this.#options;
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
      case 'look up': {
        const { ended } = await lookUp(audit, { commands: [command.id] }, command.auditFrom);
        ending.step = ended.has(command.id) ? 'note' : 'record';
        return false;
      }
      case 'note':
        await writer.write({ commands: [{ ...command, isEndRecorded: true }] }, true);
        return true;
    }
  }

  #settle(): void {
    if ([...this.#endings.values()].some(({ isUnderWay }) => isUnderWay)) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
