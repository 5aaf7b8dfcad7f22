/** The catalogues of words as flat lists, and the arguments of their sentences, for tests about every language. */
export type Words = { readonly [key: string]: string | Words };

/** Each sentence by its path: `screens.title`. */
export function sentencesOf(words: Words, prefix = ''): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof value === 'string') found.set(path, value);
    else for (const [inner, sentence] of sentencesOf(value, path)) found.set(inner, sentence);
  }
  return found;
}

/**
 * What a sentence asks for (ICU MessageFormat), sorted: `count number`, also where plurals count it, `name`, `<n>`.
 * Throws where its braces do not match.
 */
export function argumentsOf(sentence: string): readonly string[] {
  const found = new Set<string>();
  readText(sentence, 0, found);
  for (const [, tag = ''] of sentence.matchAll(/<(\w+)>/g)) found.add(`<${tag}>`);
  return [...found].sort();
}

/** Reads to the end of the sentence or of the branch, and gives where that is. */
function readText(sentence: string, from: number, found: Set<string>): number {
  let at = from;
  while (at < sentence.length && sentence[at] !== '}') {
    at = sentence[at] === '{' ? readArgument(sentence, at + 1, found) : at + 1;
  }
  return at;
}

function readArgument(sentence: string, from: number, found: Set<string>): number {
  const head = /^\s*(\w+)\s*(?:,\s*(\w+)\s*)?/.exec(sentence.slice(from));
  if (head === null) throw new Error(`no argument at ${from}: ${sentence}`);
  const [whole, name = '', kind] = head;
  found.add(kind === undefined ? name : `${name} ${kind === 'select' ? 'choice' : 'number'}`);
  let at = from + whole.length;
  while (sentence[at] !== '}') {
    if (at >= sentence.length) throw new Error(`not closed: ${sentence}`);
    at = sentence[at] === '{' ? readText(sentence, at + 1, found) + 1 : at + 1;
  }
  return at + 1;
}

/** Values for all arguments of a sentence, and tags that leave their text as it is. */
export function samplesFor(sentence: string, count: number): Record<string, string | number | typeof plain> {
  return Object.fromEntries(
    argumentsOf(sentence).map((argument) => {
      if (argument.startsWith('<')) return [argument.slice(1, -1), plain];
      const [name = '', kind] = argument.split(' ');
      return [name, kind === 'number' ? count : `‹${name}›`];
    }),
  );
}
function plain(text: unknown): string {
  return Array.isArray(text) ? text.join('') : String(text);
}
