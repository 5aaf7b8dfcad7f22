/**
 * Names of what nodes share in Redis. One hash tag, so that in a cluster all of it lies in one slot and a script may
 * touch several at once. Sums of routing events have names of their own, which other dashboards read.
 */
const TAG = '{floorcast}';

export function sharedKey(...parts: readonly (string | number)[]): string {
  return [TAG, ...parts].join(':');
}

/** A hash: `owner`, `fence`, `until` (ms by the clock of Redis), and `next` while it is being handed over. */
export function leaseKey(duty: string): string {
  return sharedKey('lease', duty);
}
