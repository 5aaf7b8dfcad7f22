/** Who waits in one queue, first come first served. Those who have gone are dropped when they come up. */
export interface WaitingLine<T> {
  /** The one in front who still waits, or `null`. */
  front(): T | null;
  /** Takes the one in front; `null` where nobody waits. */
  take(): T | null;
  join(item: T): void;
  /** Back to the front: an agent let it ring in vain. */
  rejoinFirst(item: T): void;
}

export function createWaitingLine<T>(stillWaits: (item: T) => boolean): WaitingLine<T> {
  let items: T[] = [];
  let head = 0;
  function front(): T | null {
    for (let item = items[head]; item !== undefined; item = items[head]) {
      if (stillWaits(item)) return item;
      head += 1;
    }
    items = [];
    head = 0;
    return null;
  }
  return {
    front,
    take() {
      const item = front();
      if (item !== null) head += 1;
      return item;
    },
    join: (item) => void items.push(item),
    rejoinFirst(item) {
      items = [item, ...items.slice(head)];
      head = 0;
    },
  };
}
