/** How a figure is made of several queues, as the catalogue of KPIs says it: its key under `rollup` in the words. Pure. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['sum', 'sum'],
  ['sum ÷ sum', 'ratio'],
  ['earliest', 'earliest'],
  ['maximum', 'maximum'],
  ['shown where equal in all', 'equal'],
  ['from the sums', 'fromSums'],
  ['sum of memberships', 'memberships'],
  ['sum of memberships: an agent in several queues counts in each', 'membershipsInFull'],
]);

/** `null`: there are no words for it. */
export function rollupKey(rollup: string): string | null {
  return KEYS.get(rollup) ?? null;
}
