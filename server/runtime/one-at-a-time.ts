/** Pieces of work that must not overlap: each begins when the one before has ended, well or badly. */
export function createOneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    // Whoever asked hears of its failure; the next one does not care.
    last = mine.catch(() => {});
    return mine;
  };
}
