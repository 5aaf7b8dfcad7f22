/** In which language a page is sent: read from its request and its board, and told to the renderer. */
import type { IncomingMessage } from 'node:http';
import { DEFAULT_LOCALE, type Locale } from '../../lib/contracts/locale';
import { LOCALE_COOKIE, localeFor, type PageLocale, type PageReader } from '../../lib/locale';
import { readCookie } from '../access/cookies';

export interface PageLocales {
  /** Where nobody says anything. */
  readonly usual: Locale;
  /** `null`: the board says nothing, or is not there. */
  ofBoard(id: string): Locale | null;
}

export const ENGLISH_ONLY: PageLocales = { usual: DEFAULT_LOCALE, ofBoard: () => null };

export interface PageVisit {
  /** As the access table writes it: `page /screen/:id`. */
  readonly row: string;
  readonly boardId: string | null;
  readonly headers: IncomingMessage['headers'];
  readonly parameters: URLSearchParams;
}

const SCREENS = /^page \/(screen|pair)(\/|$)/;
const GUESTS = /^page \/agent\//;

function readerOf(row: string): PageReader {
  if (SCREENS.test(row)) return 'screen';
  return GUESTS.test(row) ? 'guest' : 'person';
}

export function localeOfPage(
  { row, boardId, headers, parameters }: PageVisit,
  locales: PageLocales,
): PageLocale {
  return localeFor(readerOf(row), {
    board: boardId === null ? null : locales.ofBoard(boardId),
    address: parameters.get('lang'),
    host: parameters.get('gcLangTag'),
    chosen: readCookie(headers.cookie, LOCALE_COOKIE),
    accepted: headers['accept-language'],
    usual: locales.usual,
  });
}
