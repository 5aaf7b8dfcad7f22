/** Says in the log when the audit log cannot be written: at once, then once a minute while it lasts, and when it is over. */
import type { Log } from '../runtime/log';

export interface WriteTrouble {
  failed(entryCount: number, reason: string): void;
  succeeded(): void;
  /** Once a minute. */
  remind(): void;
}

export function createWriteTrouble(log: Log): WriteTrouble {
  let lostCount = 0;
  let unsaidCount = 0;
  let lastReason = '';
  return {
    failed(entryCount, reason) {
      if (lostCount === 0) {
        log.error('the audit log cannot be written: what it must record is not done', { reason });
      } else {
        unsaidCount += entryCount;
      }
      lostCount += entryCount;
      lastReason = reason;
    },
    succeeded() {
      if (lostCount === 0) return;
      log.warn('the audit log is written again', { entriesLost: lostCount });
      lostCount = 0;
      unsaidCount = 0;
    },
    remind() {
      if (unsaidCount === 0) return;
      log.error('the audit log still cannot be written', { reason: lastReason, entriesLost: lostCount });
      unsaidCount = 0;
    },
  };
}
