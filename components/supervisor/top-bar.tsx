'use client';
/**
 * The bar at the desk: where one may go from here, and on pages with figures whether they are alive and the clock. Its
 * links follow the roles; what they lead to is the server's to allow.
 */
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { AccountMenu, type AdminPage } from '../access/account-menu';
import { keepsBoards, linksFor } from '../access/desk-links';
import { useMe } from '../access/use-me';
import { HopLine } from '../board/hop-line';
import { WallClock } from '../board/screen-head';
import { BoardsMenu } from './boards-menu';

/** Which page of the desk this is. What is on `board`, `queues`, `alerts` and `devices` is alive. */
export type Place =
  | { readonly kind: 'board' | 'replay'; readonly boardId: string }
  | {
      readonly kind: 'queues' | 'alerts' | 'devices' | 'diagnostics' | 'screens' | 'boards' | 'announcements';
    }
  /** The console of one interaction, which is an agent's page too. */
  | { readonly kind: 'console' }
  | { readonly kind: AdminPage };

const PAGES = ['queues', 'alerts', 'devices', 'diagnostics'] as const;
const LIVE_PLACES: ReadonlySet<Place['kind']> = new Set(['board', 'queues', 'alerts', 'devices']);

export function TopBar({ place }: { place: Place }) {
  const t = useTranslations('app');
  const me = useMe();
  const links = linksFor(me);
  const isAlive = LIVE_PLACES.has(place.kind);
  return (
    <header className="bar">
      <Link className="bar-name" href="/">
        {t('name')}
      </Link>
      {/* Who may not look at boards does not ask for them either. */}
      {links.boards && (
        <BoardsMenu
          {...{ links, mayEdit: keepsBoards(me), page: place.kind }}
          boardId={'boardId' in place ? place.boardId : null}
        />
      )}
      <nav className="bar-nav" aria-label={t('navigation')}>
        {PAGES.filter((page) => links[page]).map((page) => (
          <Link
            key={page}
            href={`/supervisor/${page}`}
            aria-current={place.kind === page ? 'page' : undefined}
          >
            {t(page)}
          </Link>
        ))}
      </nav>
      {isAlive && (
        <>
          <HopLine detail="times" />
          <WallClock />
        </>
      )}
      {me !== null && <AccountMenu me={me} here={adminPageOf(place)} />}
    </header>
  );
}

function adminPageOf({ kind }: Place): AdminPage | null {
  return kind === 'people' || kind === 'machines' || kind === 'audit' ? kind : null;
}
