/** The title of a page, for tabs, histories and those who hear the page: what it is, then whose it is. */
import type { Metadata } from 'next';
import messages from '../../messages/en.json';

export function titled(title: string): Metadata {
  return { title: `${title} – ${messages.app.name}` };
}
