/**
 * What the ledger does by itself: once a minute it clears what is too old, once an hour it forgets what is closed for
 * long. In small steps, so that messages are taken in between. Alerts that nobody took in all the time that closed
 * ones are kept are closed then: nothing stays for ever. What fails is tried again the next time.
 */
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { AlertStore } from '../store/alert-ports';
import { acknowledgedAlert } from './ledger-decide';
import type { LedgerMemory } from './ledger-memory';
import { type LedgerWriter, UNIT_SIZE } from './ledger-writer';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Steps of a kind at most in one go; the next hour goes on. */
const MAX_STEPS = 1_000;

export interface UpkeepOptions {
  readonly store: AlertStore;
  readonly memory: LedgerMemory;
  readonly writer: LedgerWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxAgeMs: number;
  readonly keepMs: number;
}

/** Gives the way to stop it. */
export function createUpkeep(options: UpkeepOptions): Cancel {
  const { clock, log } = options;
  let isStopped = false;
  const isRunning = new Set<string>();
  function run(name: string, step: () => Promise<boolean>): void {
    if (isRunning.has(name)) return;
    isRunning.add(name);
    void repeat(options.writer, step, () => isStopped)
      .catch((thrown) => log.warn('upkeep of alerts failed', { step: name, reason: messageOf(thrown) }))
      .finally(() => isRunning.delete(name));
  }
  const cancels = [
    clock.every(MINUTE_MS, () => run('age', () => clearAged(options))),
    clock.every(HOUR_MS, () => run('close', () => closeUntaken(options))),
    clock.every(HOUR_MS, () => run('forget', () => forgetSome(options))),
  ];
  return () => {
    isStopped = true;
    for (const cancel of cancels) cancel();
  };
}

/** Until a step says that there is no more. */
async function repeat(
  writer: LedgerWriter,
  step: () => Promise<boolean>,
  isStopped: () => boolean,
): Promise<void> {
  for (let steps = 0; steps < MAX_STEPS && !isStopped(); steps++) {
    const hasMore = await writer.inTurn(async () => !isStopped() && (await step()));
    if (!hasMore) return;
    await writer.pause();
  }
}

async function clearAged({ memory, writer, clock, maxAgeMs }: UpkeepOptions): Promise<boolean> {
  const now = clock.now();
  const due = memory.dueBy(now - maxAgeMs, UNIT_SIZE);
  if (due.length > 0) await writer.age(due, now);
  return due.length === UNIT_SIZE;
}

async function closeUntaken({ store, writer, clock, keepMs }: UpkeepOptions): Promise<boolean> {
  const now = clock.now();
  const before = { receivedAt: now - keepMs, id: '' };
  const untaken = await store.find({ states: ['cleared-unacknowledged'], limit: UNIT_SIZE, before });
  const how = { by: 'Floorcast', note: 'nobody took it in time', at: now };
  await writer.write({
    alerts: untaken.map((alert) => ({ before: alert, after: acknowledgedAlert(alert, how) })),
  });
  return untaken.length === UNIT_SIZE;
}

async function forgetSome({ store, clock, keepMs }: UpkeepOptions): Promise<boolean> {
  return (await store.forget(clock.now() - keepMs)) > 0;
}
