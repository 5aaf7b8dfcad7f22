/** The widget beside an interaction: a page of its own, lighter than those of the framework. Its script fills it. */
import { widgetPage } from '../../../components/device/widget/widget-html';
import messages from '../../../messages/en.json';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Response {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const html = widgetPage({
    ...{ words: messages.widget, query },
    // Of this very answer; the server in front of the pages passes it on, and nobody else can.
    policy: request.headers.get('content-security-policy') ?? '',
    // Written into this file when it is built (scripts/build.mjs).
    files: { script: process.env.WIDGET_SCRIPT ?? '', style: process.env.WIDGET_STYLE ?? '' },
  });
  return new Response(html, {
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}
