/**
 * Which language a reader gets. A screen on a wall: its board's, else what its address line says, else the server's. A
 * person: what was chosen in the account menu, else what the browser asks for, else the server's. A page within another
 * product: what that product says, else as a person. Pure; what cannot be read is as if it were not there.
 */
import { type Language, LOCALES, type Locale } from './contracts/locale';

/** Set by the page itself, when somebody chooses; read by the server, which sends the page in it. No personal data. */
export const LOCALE_COOKIE = 'floorcast-locale';
/** Told to the pages' renderer by the server in front of it, and by nobody else. */
export const LOCALE_HEADER = 'x-floorcast-locale';
/** What would hold if a board said nothing. */
export const USUAL_LOCALE_HEADER = 'x-floorcast-usual-locale';

/** Each in its own words, as people look for it. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  en: 'English',
  'en-GB': 'English (UK)',
  'en-US': 'English (US)',
  de: 'Deutsch',
  'de-AT': 'Deutsch (Österreich)',
  'de-CH': 'Deutsch (Schweiz)',
};

export function languageOf(locale: Locale): Language {
  return locale.startsWith('de') ? 'de' : 'en';
}

/** Exactly one of ours, whatever its case; `null` else. */
export function localeNamed(text: unknown): Locale | null {
  if (typeof text !== 'string') return null;
  const wanted = text.toLowerCase();
  return LOCALES.find((locale) => locale.toLowerCase() === wanted) ?? null;
}

/** A language tag (BCP 47) as near as we have it; other countries write English dates as the United Kingdom does. */
export function nearestLocale(tag: unknown): Locale | null {
  if (typeof tag !== 'string' || tag.length > MOST_TAG) return null;
  const [language = '', ...rest] = tag.trim().toLowerCase().split('-');
  const region = rest.find((part) => part.length === 2);
  const named = localeNamed(region === undefined ? language : `${language}-${region}`);
  if (named !== null) return named;
  if (language === 'de') return 'de';
  return language === 'en' ? 'en-GB' : null;
}
const MOST_TAG = 35;

/** Of an `Accept-Language` the most wanted that we have; `null`: none of them. Overlong ones are cut. */
export function acceptedLocale(header: unknown): Locale | null {
  if (typeof header !== 'string') return null;
  const wishes = header.slice(0, MOST_HEADER).split(',').slice(0, MOST_WISHES).map(wishOf);
  const wanted = wishes.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  for (const { tag } of wanted) {
    const locale = nearestLocale(tag);
    if (locale !== null) return locale;
  }
  return null;
}
const MOST_HEADER = 500;
const MOST_WISHES = 20;

/** RFC 9110, 12.4.2: a weight that cannot be read is none. */
function wishOf(text: string): { readonly tag: string; readonly weight: number } {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q=/i.test(parameter));
  if (weight === undefined) return { tag, weight: 1 };
  const value = Number(weight.slice(2));
  return { tag, weight: Number.isFinite(value) && value >= 0 && value <= 1 ? value : 0 };
}

/** Whose page it is: of a wall, of somebody at a desk, or within another product. */
export type PageReader = 'screen' | 'person' | 'guest';

export interface LocaleWishes {
  /** Of the board that is shown; `null`: it says nothing, or there is none. */
  readonly board: Locale | null;
  /** `?lang=` */
  readonly address: unknown;
  /** `?gcLangTag=`, as Genesys Cloud fills it in. */
  readonly host: unknown;
  /** Of the cookie. */
  readonly chosen: unknown;
  /** `Accept-Language` */
  readonly accepted: unknown;
  readonly usual: Locale;
}

export interface PageLocale {
  readonly locale: Locale;
  /** What holds as soon as the board says nothing. */
  readonly usual: Locale;
}

export function localeFor(reader: PageReader, wishes: LocaleWishes): PageLocale {
  const { board, address, host, chosen, accepted } = wishes;
  if (reader === 'screen') {
    const usual = nearestLocale(address) ?? wishes.usual;
    return { locale: board ?? usual, usual };
  }
  const asked = reader === 'guest' ? nearestLocale(host) : null;
  const locale = asked ?? localeNamed(chosen) ?? acceptedLocale(accepted) ?? wishes.usual;
  return { locale, usual: locale };
}
