'use client';
/**
 * The choice of a language, numbers and dates. It holds in this browser, also for the next page, and is kept in a cookie
 * without anything personal in it; without a choice it is as the browser asks for it.
 */
import { useRouter } from 'next/navigation';
import { useId, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { LOCALES, type Locale } from '../../lib/contracts/locale';
import { LOCALE_COOKIE, LOCALE_NAMES, localeNamed } from '../../lib/locale';
import { useSpokenLanguage } from './words';

const YEAR_S = 365 * 24 * 3_600;

export function LanguageChoice() {
  const t = useTranslations('account');
  const id = useId();
  const router = useRouter();
  const { locale, choose } = useSpokenLanguage();
  // Read anew whenever the language is another one.
  const chosen = useSyncExternalStore(never, keptChoice, () => null);
  const change = (value: string) => {
    const wanted = localeNamed(value);
    keep(wanted);
    choose(wanted);
    // The titles of pages come from the server.
    router.refresh();
  };
  return (
    <p className="account-language" data-language={locale}>
      <label htmlFor={id}>{t('language')}</label>
      <select id={id} value={chosen ?? ''} onChange={(event) => change(event.target.value)}>
        <option value="">{t('asBrowser')}</option>
        {LOCALES.map((one) => (
          <option key={one} value={one} lang={one}>
            {LOCALE_NAMES[one]}
          </option>
        ))}
      </select>
    </p>
  );
}

const never = () => () => undefined;

function keptChoice(): Locale | null {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${LOCALE_COOKIE}=`));
  return localeNamed(found?.slice(LOCALE_COOKIE.length + 1));
}

function keep(locale: Locale | null): void {
  const life = locale === null ? 0 : YEAR_S;
  const secure = window.location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that people use.
  document.cookie = `${LOCALE_COOKIE}=${locale ?? ''}; Path=/; Max-Age=${life}; SameSite=Lax${secure}`;
}
