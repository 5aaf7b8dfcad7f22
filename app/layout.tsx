import '@fontsource-variable/inter/opsz.css';
import '../components/ui/tokens.css';
import '../components/board/tile.css';
import '../components/board/board.css';
import '../components/board/floor.css';
import '../components/board/panels.css';
import '../components/alerts/strip.css';
import '../components/supervisor/supervisor.css';
import '../components/supervisor/bar-menu.css';
import '../components/supervisor/definition.css';
import '../components/access/pair.css';
import '../components/access/access.css';
import '../components/access/forms.css';
import '../components/access/lists.css';
import '../components/access/cards.css';
import '../components/alarms/alarms.css';
import '../components/alerts/alerts.css';
import '../components/announcements/announcements.css';
import '../components/replay/replay.css';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { catalogueOf } from '../components/ui/catalogues';
import { pageBuild } from '../components/ui/page-build';
import { pageLocale } from '../components/ui/page-locale';
import { Words } from '../components/ui/words';

/** Every page is made per request: only then do its scripts carry the nonce of its Content-Security-Policy. */
export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  const { locale } = await pageLocale();
  const { name, description } = catalogueOf(locale).app;
  return { title: name, description, robots: { index: false, follow: false } };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { locale } = await pageLocale();
  return (
    <html lang={locale} data-build={await pageBuild()}>
      <body>
        <Words locale={locale}>{children}</Words>
      </body>
    </html>
  );
}
