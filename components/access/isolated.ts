/**
 * A name within a sentence, set apart from it: one that is written from right to left, or has marks of direction in it,
 * moves none of the words around it (Unicode Standard Annex #9, 2.4). Where a name stands alone, `<bdi>` does the same.
 */
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_DIRECTIONAL_ISOLATE = '\u2069';

export function isolated(name: string): string {
  return FIRST_STRONG_ISOLATE + name + POP_DIRECTIONAL_ISOLATE;
}
