/** The few sentences that the gate says itself, where no page is shown to say them, in the reader's language. */
import type { Locale } from '../../lib/contracts/locale';
import { languageOf } from '../../lib/locale';
import de from '../../messages/de.json';
import en from '../../messages/en.json';

export type GateWord = keyof typeof en.gate;

export function gateWords(word: GateWord, locale: Locale): string {
  return { en, de }[languageOf(locale)].gate[word];
}
