/** The language of this request's page, as the server in front of the pages has chosen it. */
import { headers } from 'next/headers';
import { DEFAULT_LOCALE } from '../../lib/contracts/locale';
import { LOCALE_HEADER, localeNamed, type PageLocale, USUAL_LOCALE_HEADER } from '../../lib/locale';

export async function pageLocale(): Promise<PageLocale> {
  const sent = await headers();
  const locale = localeNamed(sent.get(LOCALE_HEADER)) ?? DEFAULT_LOCALE;
  return { locale, usual: localeNamed(sent.get(USUAL_LOCALE_HEADER)) ?? locale };
}
