/**
 * One task after the other for each key, at most so many; different keys don't wait for each other. A task that fails
 * keeps none of the others.
 */
export interface Turns {
  /** `null`: too many wait for that key. */
  take<T>(key: string, task: () => Promise<T>): Promise<T> | null;
  /** Resolves when all that was taken until now has ended. */
  idle(): Promise<void>;
}

export function createTurns(maxWaiting: number): Turns {
  const lines = new Map<string, { tail: Promise<unknown>; count: number }>();
  return {
    take(key, task) {
      const line = lines.get(key) ?? { tail: Promise.resolve(), count: 0 };
      if (line.count >= maxWaiting) return null;
      lines.set(key, line);
      line.count += 1;
      const result = line.tail.then(task);
      const left = () => {
        line.count -= 1;
        if (line.count === 0) lines.delete(key);
      };
      // Whoever asked hears of the failure; the next task only waits for the end.
      line.tail = result.then(left, left);
      return result;
    },
    async idle() {
      await Promise.all([...lines.values()].map(({ tail }) => tail));
    },
  };
}
