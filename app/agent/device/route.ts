/** The widget beside an interaction: a page of its own, lighter than those of the framework. Its script fills it. */
import { widgetPage } from '../../../components/device/widget/widget-html';
import { catalogueOf } from '../../../components/ui/catalogues';
import { DEFAULT_LOCALE } from '../../../lib/contracts/locale';
import { LOCALE_HEADER, localeNamed } from '../../../lib/locale';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Response {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const locale = localeNamed(request.headers.get(LOCALE_HEADER)) ?? DEFAULT_LOCALE;
  const html = widgetPage({
    ...{ words: catalogueOf(locale).widget, locale, query },
    // Of this very answer; the server in front of the pages passes it on, and nobody else can.
    policy: request.headers.get('content-security-policy') ?? '',
    // Written into this file when it is built (scripts/build.mjs).
    files: { script: process.env.WIDGET_SCRIPT ?? '', style: process.env.WIDGET_STYLE ?? '' },
  });
  return new Response(html, {
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}
