/** The words of the widget, as the page brings them along from the catalogue: the script itself has none. */
import type messages from '../../../messages/en.json';

export type WidgetWords = (typeof messages)['widget'];

/** What the server tells the script of its page, as JSON within it. */
export interface WidgetFacts {
  readonly words: WidgetWords;
  /** Of dates and ages. */
  readonly locale: string;
  /** `null`: the address names no conversation, or nothing that is one. */
  readonly conversationId: string | null;
  /** Whose messages are understood. */
  readonly origins: readonly string[];
}

export const FACTS_ID = 'facts';
