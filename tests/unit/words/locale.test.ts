/** Which language a reader gets: by tables, and a law that nothing from outside gets further than the list of ours. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOCALES, type Locale } from '../../../lib/contracts/locale';
import {
  acceptedLocale,
  LOCALE_COOKIE,
  LOCALE_NAMES,
  localeFor,
  localeNamed,
  nearestLocale,
} from '../../../lib/locale';
import { localeOfPage, type PageLocales } from '../../../server/http/page-locale';

const LOCALES_OF: PageLocales = {
  usual: 'en',
  ofBoard: (id) => (id === 'wien' ? 'de-AT' : null),
};

function sent(row: string, address: string, headers: Record<string, string> = {}, usual: Locale = 'en') {
  const { pathname, searchParams } = new URL(address, 'http://floor.test');
  const boardId = /^\/screen\/(\w+)$/.exec(pathname)?.[1] ?? null;
  return localeOfPage({ row, boardId, headers, parameters: searchParams }, { ...LOCALES_OF, usual });
}

describe('the language of a screen', () => {
  it.each<readonly [string, Locale, Locale, Locale]>([
    ['/screen/wien', 'en', 'de-AT', 'en'],
    ['/screen/wien?lang=en-US', 'en', 'de-AT', 'en-US'],
    ['/screen/main?lang=de', 'en', 'de', 'de'],
    ['/screen/main?lang=de-LI', 'en', 'de', 'de'],
    ['/screen/main', 'de', 'de', 'de'],
    ['/screen/main?lang=fr', 'de', 'de', 'de'],
    ['/screen/main?lang=', 'de', 'de', 'de'],
  ])('UI-233 at %s, with LOCALE %s, is %s, and %s without its board’s', (address, usual, locale, without) => {
    const headers = { 'accept-language': 'en-US', cookie: `${LOCALE_COOKIE}=en-GB` };
    expect(sent('page /screen/:id', address, headers, usual)).toEqual({ locale, usual: without });
  });

  it('UI-233 that is not paired yet is the server’s, whatever its browser was made for', () => {
    const headers = { 'accept-language': 'en-US' };
    expect(sent('page /pair', '/pair', headers, 'de').locale).toBe('de');
    expect(sent('page /screen', '/screen', headers, 'de').locale).toBe('de');
    expect(sent('page /pair', '/pair?lang=en', headers, 'de').locale).toBe('en');
  });
});

describe('the language of a person', () => {
  it.each<readonly [string, string, Locale]>([
    [`${LOCALE_COOKIE}=de-CH`, 'en-US,en;q=0.9', 'de-CH'],
    [`other=1; ${LOCALE_COOKIE}=de`, '', 'de'],
    [`${LOCALE_COOKIE}=fr`, 'de-DE', 'de'],
    [`${LOCALE_COOKIE}=de; ${LOCALE_COOKIE}=en`, 'en-GB', 'en-GB'],
    [`${LOCALE_COOKIE}="><script>`, 'de', 'de'],
    ['', 'fr,de;q=0.7,en;q=0.3', 'de'],
    ['', 'fr', 'en-US'],
  ])('UI-234 with the cookies %j and Accept-Language %j is %s', (cookie, accepted, locale) => {
    const headers = { cookie, 'accept-language': accepted };
    for (const row of ['page /', 'page /sign-in', 'page /supervisor/queues', 'page /admin/people']) {
      expect(sent(row, '/?lang=de-AT&gcLangTag=de-AT', headers, 'en-US').locale).toBe(locale);
    }
  });

  it.each<readonly [string, Locale | null]>([
    ['de-DE,de;q=0.9,en;q=0.8', 'de'],
    ['en-GB,en-US;q=0.9', 'en-GB'],
    ['en-US', 'en-US'],
    ['en', 'en'],
    ['en-IE', 'en-GB'],
    ['de-at', 'de-AT'],
    ['de-Latn-CH', 'de-CH'],
    ['fr-FR, es;q=0.5', null],
    ['de;q=0, en;q=0.1', 'en'],
    ['en;q=0.2, de;q=0.8', 'de'],
    ['de;q=nonsense, en;q=0.1', 'en'],
    ['*', null],
    ['', null],
  ])('UI-234 who asks for %j gets %s', (header, locale) => {
    expect(acceptedLocale(header)).toBe(locale);
  });

  it('UI-234 offers each language in its own words', () => {
    expect(Object.keys(LOCALE_NAMES)).toEqual([...LOCALES]);
    expect(new Set(Object.values(LOCALE_NAMES)).size).toBe(LOCALES.length);
  });
});

describe('the language within another product', () => {
  it.each<readonly [string, string, Locale]>([
    ['/agent/device?gcLangTag=de-DE', 'en-US', 'de'],
    ['/agent/device?gcLangTag=en-us', 'de', 'en-US'],
    ['/agent/device?gcLangTag=fr', 'de', 'de'],
    ['/agent/device?gcLangTag={{gcLangTag}}', 'de', 'de'],
    ['/agent/device', 'de-CH', 'de-CH'],
    ['/agent/device', '', 'en'],
  ])('UI-235 at %s, with Accept-Language %j, is %s', (address, accepted, locale) => {
    for (const row of ['page /agent/device', 'page /agent/diagnostics']) {
      expect(sent(row, address, { 'accept-language': accepted }).locale).toBe(locale);
    }
  });
});

describe('what comes from outside', () => {
  it('UI-234 never becomes a language that is not one of ours', () => {
    const wish = fc.oneof(
      fc.string(),
      fc.constantFrom(...LOCALES),
      fc.constant(undefined),
      fc.array(fc.string()),
    );
    const reader = fc.constantFrom('screen' as const, 'person' as const, 'guest' as const);
    const wishes = fc.record({
      ...{ board: fc.constantFrom(null, ...LOCALES), usual: fc.constantFrom(...LOCALES) },
      ...{ address: wish, host: wish, chosen: wish, accepted: wish },
    });
    fc.assert(
      fc.property(reader, wishes, (who, asked) => {
        const { locale, usual } = localeFor(who, asked);
        expect(LOCALES).toContain(locale);
        expect(LOCALES).toContain(usual);
      }),
    );
  });

  it.each(['__proto__', 'de-', '-', 'd', 'x'.repeat(1_000), 'de\u0000', '0'])(
    'UI-234 as if it were not there: %j',
    (tag) => {
      expect([localeNamed(tag), tag.startsWith('de') ? null : nearestLocale(tag)]).toEqual([null, null]);
    },
  );
});
