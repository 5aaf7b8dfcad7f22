/**
 * How broad a code is as the television draws it, so that each one is as large as its room and none is cut off: one of
 * Ws and Ms is half as broad again as most. Pure.
 */

/** In em, with the space between letters: measured in Inter at 700, the broadest of the others is Q with 0.768. */
const BREADTHS: ReadonlyMap<string, number> = new Map([
  ['M', 0.92],
  ['W', 1.03],
]);
const OTHERS = 0.77;

/** Letters of one line beside each other, in em. */
export function breadthOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum + (BREADTHS.get(letter) ?? OTHERS), 0);
}
