/** The words of the widget, as the page brings them along from the catalogue: the script itself has none. */
import type { Locale } from '../../../lib/contracts/locale';
import type { Catalogue } from '../../ui/catalogues';

export type WidgetWords = Catalogue['widget'];

/** What the server tells the script of its page, as JSON within it. */
export interface WidgetFacts {
  readonly words: WidgetWords;
  /** Of dates and ages. */
  readonly locale: Locale;
  /** `null`: the address names no conversation, or nothing that is one. */
  readonly conversationId: string | null;
  /** Whose messages are understood. */
  readonly origins: readonly string[];
}

export const FACTS_ID = 'facts';
