/** The first few of many by an order, without sorting the many: what a screen or a page shows of a flood. */
export function topOf<T>(items: Iterable<T>, count: number, compare: (a: T, b: T) => number): T[] {
  const top: T[] = [];
  if (count <= 0) return top;
  for (const item of items) {
    const last = top.at(-1);
    if (top.length >= count && last !== undefined && compare(item, last) >= 0) continue;
    top.splice(placeOf(top, item, compare), 0, item);
    if (top.length > count) top.pop();
  }
  return top;
}

/** After those that compare equal. */
function placeOf<T>(sorted: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    // In range by the line above.
    if (compare(sorted[middle] as T, item) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
