/** One task after the other, in the order in which they were asked for; one that fails keeps none of the others. */
export type Serial = <T>(task: () => Promise<T>) => Promise<T>;

export function createSerial(): Serial {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = tail.then(task);
    // Whoever asked hears of the failure; the next task only waits for the end.
    tail = result.catch(() => {});
    return result;
  };
}
