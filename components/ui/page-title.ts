/** The title of a page, for tabs, histories and those who hear the page: what it is, then whose it is. */
import type { Metadata } from 'next';
import { type Catalogue, catalogueOf } from './catalogues';
import { pageLocale } from './page-locale';

/** In the reader's language: `export const generateMetadata = titled((words) => words.screens.title);`. */
export function titled(titleOf: (words: Catalogue) => string): () => Promise<Metadata> {
  return async () => {
    const { locale } = await pageLocale();
    const words = catalogueOf(locale);
    return { title: `${titleOf(words)} – ${words.app.name}` };
  };
}
