/**
 * Offered calls by minute and queue. As the board shows them from now on: each minute's is the difference to the one
 * before. Of before that: the half hours that the board knows, each spread evenly over its minutes. A minute of which
 * nothing is known counts as the one before it; a queue of which nothing was known yet is left out.
 */
import { HALF_HOUR_MS, halfHourStart } from '../../lib/day';

/** Offered in a half hour of today that begins at `at` (epoch ms), so far; `null`: not known. */
export interface HalfHourCalls {
  readonly at: number;
  readonly value: number | null;
}

export type OfferedByQueue = Iterable<readonly [queueId: string, offered: number | null]>;

interface Sample {
  readonly minute: number;
  readonly calls: ReadonlyMap<string, number>;
}

interface Known {
  readonly offered: number | null;
  /** Calls a minute, when it was last known. */
  readonly perMinute: number;
}

const MINUTE_MS = 60_000;

export class CallMinutes {
  readonly #before = new Map<string, Known>();
  /** Minutes that were not taken yet, the oldest first. */
  #samples: Sample[] = [];
  #sampled: number | null = null;

  /** At the end of a minute: what is offered since the start of the day. */
  sample(minute: number, offered: OfferedByQueue): void {
    const minutes = this.#sampled === null ? 1 : Math.max(1, minute - this.#sampled);
    this.#sampled = minute;
    const calls = new Map<string, number>();
    for (const [id, value] of offered) {
      const perMinute = next(this.#before.get(id), value, minutes);
      calls.set(id, perMinute);
      this.#before.set(id, { offered: value, perMinute });
    }
    for (const id of this.#before.keys()) if (!calls.has(id)) this.#before.delete(id);
    this.#samples.push({ minute, calls });
  }

  /** Calls of a minute by queue; samples up to it are forgotten. */
  take(minute: number): ReadonlyMap<string, number> {
    // Where the machine slept one sample stands for the minutes since the one before.
    while ((this.#samples[0]?.minute ?? minute) < minute) this.#samples.shift();
    return this.#samples[0]?.calls ?? new Map();
  }

  /** Begins anew with what is offered now: samples of before are worth nothing. */
  begin(minute: number, offered: OfferedByQueue): void {
    this.#samples = [];
    this.#before.clear();
    this.#sampled = minute;
    for (const [id, value] of offered) this.#before.set(id, { offered: value, perMinute: 0 });
  }
}

/** A day that began counts from 0. */
function next(before: Known | undefined, offered: number | null, minutes: number): number {
  if (offered === null || before === undefined || before.offered === null) return before?.perMinute ?? 0;
  return (offered >= before.offered ? offered - before.offered : offered) / minutes;
}

/** Calls of past minutes by queue, as far as its half hours tell. */
export class PastCalls {
  readonly #rates = new Map<string, readonly { from: number; to: number; perMinute: number }[]>();

  constructor(
    halfHours: Iterable<readonly [queueId: string, halfHours: readonly HalfHourCalls[]]>,
    now: number,
  ) {
    for (const [id, list] of halfHours)
      this.#rates.set(
        id,
        list.flatMap((one) => ratesOf(one, now)),
      );
  }

  /** `minute`: whole ones since the epoch. */
  at(minute: number): ReadonlyMap<string, number> {
    const at = minute * MINUTE_MS;
    const calls = new Map<string, number>();
    for (const [id, rates] of this.#rates) {
      const rate = rates.find(({ from, to }) => at >= from && at < to);
      if (rate !== undefined) calls.set(id, rate.perMinute);
    }
    return calls;
  }
}

function ratesOf({ at, value }: HalfHourCalls, now: number) {
  if (value === null || now <= at) return [];
  const to = halfHourStart(at) + HALF_HOUR_MS;
  const minutes = Math.max(1, (Math.min(to, now) - at) / MINUTE_MS);
  return [{ from: at, to, perMinute: value / minutes }];
}
