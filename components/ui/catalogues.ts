/**
 * Every sentence of the pages, by language. All languages travel with the page: a screen changes its language with its
 * board, and a person by a choice, without a reload and also while the server is away.
 */
import type { Language, Locale } from '../../lib/contracts/locale';
import { languageOf } from '../../lib/locale';
import de from '../../messages/de.json';
import en from '../../messages/en.json';

export type Catalogue = typeof en;

/** A test holds that German has the same keys and the same arguments. */
const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, de };

export function catalogueOf(locale: Locale): Catalogue {
  return CATALOGUES[languageOf(locale)];
}
