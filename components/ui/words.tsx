'use client';
/** Gives the page its language: the catalogue, the locale of its numbers and dates. */
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import messages from '../../messages/en.json';
import './plain-parsing';

export const LOCALE = 'en';

export function Words({ children }: { children: ReactNode }) {
  return (
    <IntlProvider locale={LOCALE} messages={messages} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
