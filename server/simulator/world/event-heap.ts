/** What is still to happen, soonest first; what falls on the same moment happens in the order it was planned. */
export interface PlannedEvent {
  readonly at: number;
  readonly order: number;
  run(at: number): void;
}

export interface EventHeap {
  /** Plans `run` for the moment `at`. */
  plan(at: number, run: (at: number) => void): void;
  /** Takes the next event that is due at `now` or before; `null` where none is. */
  takeDue(now: number): PlannedEvent | null;
  readonly size: number;
}

export function createEventHeap(): EventHeap {
  const heap: PlannedEvent[] = [];
  let order = 0;
  return {
    plan(at, run) {
      // Epoch ms are whole: everything that is told of a moment is the same moment.
      heap.push({ at: Math.round(at), order, run });
      order += 1;
      siftUp(heap, heap.length - 1);
    },
    takeDue(now) {
      const first = heap[0];
      if (first === undefined || first.at > now) return null;
      const last = heap.pop();
      if (heap.length > 0 && last !== undefined) {
        heap[0] = last;
        siftDown(heap, 0);
      }
      return first;
    },
    get size() {
      return heap.length;
    },
  };
}

function before(a: PlannedEvent, b: PlannedEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function siftUp(heap: PlannedEvent[], start: number): void {
  const item = heap[start];
  if (item === undefined) return;
  let at = start;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || before(parent, item)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = item;
}

function siftDown(heap: PlannedEvent[], start: number): void {
  const item = heap[start];
  if (item === undefined) return;
  let at = start;
  for (;;) {
    let down = at * 2 + 1;
    let child = heap[down];
    const right = heap[down + 1];
    if (child !== undefined && right !== undefined && before(right, child)) {
      child = right;
      down += 1;
    }
    if (child === undefined || before(item, child)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = item;
}
