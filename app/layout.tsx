import '@fontsource-variable/inter/opsz.css';
import '../components/ui/tokens.css';
import '../components/board/tile.css';
import '../components/board/board.css';
import '../components/board/floor.css';
import '../components/alerts/strip.css';
import '../components/supervisor/supervisor.css';
import '../components/supervisor/definition.css';
import '../components/access/pair.css';
import '../components/access/access.css';
import '../components/access/forms.css';
import '../components/access/lists.css';
import '../components/access/cards.css';
import '../components/alerts/alerts.css';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { LOCALE, Words } from '../components/ui/words';

/** Every page is made per request: only then do its scripts carry the nonce of its Content-Security-Policy. */
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: 'Floorcast',
  description: 'What happens in a contact centre, on the wall, within a second.',
  robots: { index: false, follow: false },
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang={LOCALE}>
      <body>
        <Words>{children}</Words>
      </body>
    </html>
  );
}
