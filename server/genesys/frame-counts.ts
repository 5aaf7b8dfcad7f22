/** How many frames came, and what became of each: received = applied + ignored + rejected, always. */
import { type FrameOutcome, REJECT_REASONS, type RejectReason } from './metric-parser';

export interface FrameCounts {
  add(outcome: FrameOutcome): void;
  applied(): number;
  ignored(): number;
  /** By reason, every reason named. */
  rejected(): Iterable<readonly [RejectReason, number]>;
  received(): number;
}

export function createFrameCounts(): FrameCounts {
  let applied = 0;
  let ignored = 0;
  let received = 0;
  const rejected = new Map<RejectReason, number>(REJECT_REASONS.map((reason) => [reason, 0]));
  return {
    add(outcome) {
      received += 1;
      if (outcome.kind === 'applied') applied += 1;
      else if (outcome.kind === 'ignored') ignored += 1;
      else rejected.set(outcome.reason, (rejected.get(outcome.reason) ?? 0) + 1);
    },
    applied: () => applied,
    ignored: () => ignored,
    rejected: () => rejected.entries(),
    received: () => received,
  };
}
