/**
 * Lists the queues and presences for ever: at once, then every twelve minutes, sooner after a failure. What was listed
 * is told; which of it is lawful, and where it goes, is decided elsewhere.
 */
import { backoffDelayMs, RECONNECT_BACKOFF } from '../runtime/backoff';
import type { Cancel, Clock } from '../runtime/clock';
import type { Failure } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import { listingOf, presencesOf } from './listing-events';
import { listPresences, listQueues } from './platform-calls';
import type { RestClient } from './rest-client';

export type Listing = ReturnType<typeof listingOf>;

export interface QueueListingOptions {
  readonly rest: RestClient;
  /** Allow-list; empty: every queue. */
  readonly queueIds: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onListed: (listing: Listing) => void;
  readonly onPresences: (event: ReturnType<typeof presencesOf>) => void;
  readonly onFailed: (failure: Failure) => void;
}

const LIST_EVERY_MS = 12 * 60_000;
const FATAL_LIST_WAIT_MS = 15_000;

/** Begins at once; the result ends it, and nothing is told any more. */
export function startListing(options: QueueListingOptions): Cancel {
  const { rest, clock, random, log } = options;
  let isEnded = false;
  let cancelNext: Cancel = () => {};

  async function list(failures: number): Promise<void> {
    const listed = await listQueues(rest);
    if (isEnded) return;
    if (!listed.ok) return failed(listed.error, failures);
    options.onListed(listingOf(listed.value, options.queueIds));
    await listPeople();
    // Spread over a tenth, so that many collectors do not list together.
    again(0, LIST_EVERY_MS * (0.95 + random() * 0.1));
  }

  async function listPeople(): Promise<void> {
    const presences = await listPresences(rest);
    if (isEnded) return;
    if (presences.ok) options.onPresences(presencesOf(presences.value));
    else log.warn('presences could not be listed', { reason: presences.error.message });
  }

  function failed(failure: Failure, failures: number): void {
    const floorMs = Math.max(failure.retryAfterMs, failure.kind === 'fatal' ? FATAL_LIST_WAIT_MS : 0);
    if (failures === 0) log.warn('the queues could not be listed', { reason: failure.message });
    options.onFailed(failure);
    again(failures + 1, backoffDelayMs(RECONNECT_BACKOFF, failures, random, floorMs));
  }

  function again(failures: number, delayMs: number): void {
    if (!isEnded) cancelNext = clock.after(delayMs, () => void list(failures));
  }

  void list(0);
  return () => {
    isEnded = true;
    cancelNext();
  };
}
