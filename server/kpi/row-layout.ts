/**
 * The flat rows of the engine: plain arrays of doubles with fixed places, so that a change costs one short copy
 * and 20,000 queues fit in memory. Only `kpi` sees them; nothing here leaves the engine.
 * "Never observed" is a stamp of -Infinity; "no value" is NaN. Neither reaches the wire.
 */
export const NEVER = Number.NEGATIVE_INFINITY;

/** One media type's instant observations: four values, their stamps, and a bit each for "from REST". */
export const GAUGE = { waiting: 0, alerting: 1, interacting: 2, longest: 3 } as const;
export const GAUGES = 4;
export const GAUGE_AT = 4;
export const GAUGE_ORIGINS = 8;

/** An interval's running aggregates: its bounds, then count, sum and stamp a metric; the longest wait at the end. */
export const INTERVAL = {
  nOffered: 0,
  tAnswered: 1,
  tAbandon: 2,
  tShortAbandon: 3,
  tFlowOut: 4,
  nTransferred: 5,
  tHandle: 6,
  tWait: 7,
  oServiceLevel: 8,
} as const;
export const INTERVAL_METRICS = 9;
export const START = 0;
export const END = 1;
export const ORIGINS = 2;
export const COUNT = 3;
export const SUM = COUNT + INTERVAL_METRICS;
export const AT = SUM + INTERVAL_METRICS;
export const MAX_WAIT = AT + INTERVAL_METRICS;
export const INTERVAL_LENGTH = MAX_WAIT + 1;

/** A queue's users: on queue by qualifier, the same by routing status, their stamps, origins, and what was seen. */
export const ON_QUEUE = 0;
export const ROUTING = 4;
export const QUALIFIERS = 4;
export const USER_AT = 8;
export const USER_ORIGINS = 16;
/** Bit 0: `oOnQueueUsers` came in an event; bit 1: `oUserRoutingStatuses` did. */
export const USER_SEEN = 17;

/** The gauges that a snapshot may complete, as places of `Completeness.gauges`. */
export const COMPLETE = { onQueue: 4, routing: 5, offQueue: 6 } as const;

const gaugeIndexes = new Map<string, number>([
  ['oWaiting', GAUGE.waiting],
  ['oAlerting', GAUGE.alerting],
  ['oInteracting', GAUGE.interacting],
  ['oLongestWaiting', GAUGE.longest],
]);
const intervalIndexes = new Map<string, number>(Object.entries(INTERVAL));
const qualifierIndexes = new Map<string, number>([
  ['IDLE', 0],
  ['INTERACTING', 1],
  ['COMMUNICATING', 2],
  ['NOT_RESPONDING', 3],
]);
const completeIndexes = new Map<string, number>([
  ...gaugeIndexes,
  ['oOnQueueUsers', COMPLETE.onQueue],
  ['oUserRoutingStatuses', COMPLETE.routing],
  ['oOffQueueUsers', COMPLETE.offQueue],
]);

/** Place of a metric, or -1 for one that the catalogue does not use. */
export function gaugeIndex(metric: string): number {
  return gaugeIndexes.get(metric) ?? -1;
}
export function intervalIndex(metric: string): number {
  return intervalIndexes.get(metric) ?? -1;
}
export function qualifierIndex(qualifier: string): number {
  return qualifierIndexes.get(qualifier) ?? -1;
}
export function completeIndex(metric: string): number {
  return completeIndexes.get(metric) ?? -1;
}

/** Reads a place of a flat row. */
export function at(row: readonly number[], index: number): number {
  // Rows are made by this module with a fixed length, and indexes are its constants.
  return row[index] as number;
}

/**
 * A row of doubles from the start: V8 keeps an array that ever held a double unboxed and copies it by memcpy. All
 * lists that `at` reads are made by this: one that is of another kind makes every read of every row five times slower.
 */
export function doubles(length: number, fill: (index: number) => number): number[] {
  const row = [Number.NaN];
  row.length = 0;
  for (let i = 0; i < length; i++) row.push(fill(i));
  return row.slice();
}

const isIntervalStamp = (i: number) => i >= AT && i < MAX_WAIT;
export const EMPTY_INTERVAL: readonly number[] = doubles(INTERVAL_LENGTH, (i) =>
  isIntervalStamp(i) ? NEVER : 0,
);
export const EMPTY_GAUGES: readonly number[] = doubles(GAUGE_ORIGINS + 1, (i) => {
  if (i < GAUGE_AT) return Number.NaN;
  return i < GAUGE_ORIGINS ? NEVER : 0;
});
export const EMPTY_USERS: readonly number[] = doubles(USER_SEEN + 1, (i) =>
  i >= USER_AT && i < USER_ORIGINS ? NEVER : 0,
);
export const NOTHING_COMPLETE: readonly number[] = doubles(COMPLETE.offQueue + 1, () => NEVER);
export const NO_DAY_COMPLETE: readonly number[] = doubles(INTERVAL_METRICS, () => NEVER);
