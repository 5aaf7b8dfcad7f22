'use client';
/**
 * Sentences that the server says in plain English (to machines, to logs, to an agent's console), in the reader's language.
 * Their English stands in the catalogue under `said`, word for word: that is how they are known again. What is not known,
 * or what a device said itself, is left as it is.
 */
import { useLocale } from 'use-intl';
import en from '../../messages/en.json';
import { type Catalogue, catalogueOf } from './catalogues';

type Said = Catalogue['said'];
type Key = keyof Said;
/** The part of a sentence that is somebody else's words. */
const GAP = '{what}';

// The keys of an object that this very file imports.
const KEYS = Object.keys(en.said) as readonly Key[];

/** `said`: of the language to say it in. */
export function saidIn(text: string, said: Said): string {
  for (const key of KEYS) {
    const what = gapOf(text, en.said[key]);
    if (what !== null) return said[key].replace(GAP, () => what);
  }
  const first = KEYS.find((key) => text.startsWith(`${en.said[key]} `));
  if (first === undefined) return text;
  return `${said[first]} ${saidIn(text.slice(en.said[first].length + 1), said)}`;
}

/** What stands in the gap, '' where there is none; `null`: it is another sentence. */
function gapOf(text: string, sentence: string): string | null {
  const [head = '', tail] = sentence.split(GAP);
  if (tail === undefined) return text === sentence ? '' : null;
  const isIt = text.length > head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
  return isIt ? text.slice(head.length, text.length - tail.length) : null;
}

export function useSaid(): (text: string) => string {
  // Set by the pages themselves, from the list of ours.
  const { said } = catalogueOf(useLocale() as Parameters<typeof catalogueOf>[0]);
  return (text) => saidIn(text, said);
}
