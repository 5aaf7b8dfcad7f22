/**
 * A name from outside as one bounded line of text: without control characters, line separators, halves of surrogate
 * pairs, and characters that turn the direction of writing. Letters of every script and emoji stay.
 */
const HARMFUL_CLASS = String.raw`\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff`;
const HARMFUL = new RegExp(`[${HARMFUL_CLASS}]+`, 'gu');

/** Text that has none of those: for what is compared, and so taken as it is or not at all. */
export const PLAIN_LINE = new RegExp(`^[^${HARMFUL_CLASS}]*$`, 'u');
const HARMFUL_CHARACTER = new RegExp(`[${HARMFUL_CLASS}]`, 'gu');

/** Each of them by itself; all are of one UTF-16 unit. */
export function replaceHarmful(text: string, by: (character: string) => string): string {
  return text.replace(HARMFUL_CHARACTER, by);
}

export function plainName(text: string, maxLength = 200): string {
  // Cut first: nobody waits for a megabyte. A cut may leave half a pair, which is harmful itself.
  const plain = text
    .slice(0, maxLength * 2)
    .replace(HARMFUL, ' ')
    .trim();
  return plain.length > maxLength ? `${plain.slice(0, maxLength - 1).replace(HARMFUL, '')}…` : plain;
}
