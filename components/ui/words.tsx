'use client';
/**
 * Gives the page its language: the catalogue, the locale of its numbers and dates, `lang` for who hears it. The server
 * decides, so that the first picture has it already; a choice, or a board that speaks another one, changes it in place.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { IntlProvider } from 'use-intl';
import type { Locale } from '../../lib/contracts/locale';
import { catalogueOf } from './catalogues';
import './plain-parsing';

export interface WordsProps {
  /** As the server chose it for this page. */
  readonly locale: Locale;
  readonly children: ReactNode;
}

export interface SpokenLanguage {
  readonly locale: Locale;
  /** `null`: as the server said. */
  choose(locale: Locale | null): void;
}

const Spoken = createContext<SpokenLanguage>({ locale: 'en', choose: () => undefined });

/** Which language the page speaks now, and the way to change it. */
export function useSpokenLanguage(): SpokenLanguage {
  return useContext(Spoken);
}

/** The words of a whole page. */
export function Words({ locale: sent, children }: WordsProps) {
  const [chosen, choose] = useState<Locale | null>(null);
  const locale = chosen ?? sent;
  const spoken = useMemo(() => ({ locale, choose }), [locale]);
  return (
    <Spoken value={spoken}>
      <Speaking locale={locale}>{children}</Speaking>
    </Spoken>
  );
}

/** The words of a part that fills the page, a floor screen: also the page's `lang` is its. */
export function Speaking({ locale, children }: WordsProps) {
  useEffect(() => {
    const before = document.documentElement.lang;
    document.documentElement.lang = locale;
    return () => {
      document.documentElement.lang = before;
    };
  }, [locale]);
  return (
    <IntlProvider locale={locale} messages={catalogueOf(locale)} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
