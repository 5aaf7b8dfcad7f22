'use client';
/**
 * The bar at the desk: where one may go from here, and on pages with figures whether they are alive and the clock. Its
 * links follow the roles; what they lead to is the server's to allow.
 */
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { AccountMenu, type AdminPage } from '../access/account-menu';
import { type DeskLinks, linksFor } from '../access/desk-links';
import { useMe } from '../access/use-me';
import { HopLine } from '../board/hop-line';
import { WallClock } from '../board/screen-head';
import { useMadeName } from '../ui/made-names';
import { useRemembered } from '../ui/use-remembered';

const ASK_MS = 60_000;

/** Which page of the desk this is. What is on `board`, `queues`, `alerts` and `devices` is alive. */
export type Place =
  | { readonly kind: 'board' | 'replay'; readonly boardId: string }
  | {
      readonly kind: 'queues' | 'alerts' | 'devices' | 'diagnostics' | 'screens' | 'boards' | 'announcements';
    }
  /** The console of one interaction, which is an agent's page too. */
  | { readonly kind: 'console' }
  | { readonly kind: AdminPage };

const PAGES = ['queues', 'alerts', 'devices', 'diagnostics', 'announcements', 'screens', 'boards'] as const;
const LIVE_PLACES: ReadonlySet<Place['kind']> = new Set(['board', 'queues', 'alerts', 'devices']);

export function TopBar({ place }: { place: Place }) {
  const t = useTranslations('app');
  const me = useMe();
  const isAlive = LIVE_PLACES.has(place.kind);
  return (
    <header className="bar">
      <Link className="bar-name" href="/">
        {t('name')}
      </Link>
      <nav className="bar-nav" aria-label={t('navigation')}>
        <Views place={place} links={linksFor(me)} />
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

function Views({ place, links }: { place: Place; links: DeskLinks }) {
  const t = useTranslations('app');
  const pages = PAGES.filter((page) => links[page]).map((page) => (
    <BarLink key={page} href={`/supervisor/${page}`} isHere={place.kind === page}>
      {t(page)}
    </BarLink>
  ));
  return links.boards ? <BoardLinks place={place}>{pages}</BoardLinks> : pages;
}

/** Who may not look at boards does not ask for them either. */
function BoardLinks({ place, children }: { place: Place; children: ReactNode }) {
  const t = useTranslations('app');
  const madeName = useMadeName();
  const boards = useRemembered('/api/v1/boards', boardsResponseSchema, ASK_MS)?.boards ?? [];
  const hereId = place.kind === 'board' || place.kind === 'replay' ? place.boardId : null;
  const floorId = hereId ?? boards[0]?.id ?? null;
  return (
    <>
      {boards.map(({ id, name }) => (
        <BarLink key={id} href={`/supervisor/boards/${encodeURIComponent(id)}`} isHere={id === hereId}>
          {madeName(name)}
        </BarLink>
      ))}
      {children}
      {floorId !== null && (
        <Link className="bar-screen" href={`/screen/${encodeURIComponent(floorId)}`}>
          {t('floorScreen')}
        </Link>
      )}
    </>
  );
}

function BarLink({ href, isHere, children }: { href: string; isHere: boolean; children: ReactNode }) {
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}

function adminPageOf({ kind }: Place): AdminPage | null {
  return kind === 'people' || kind === 'machines' || kind === 'audit' ? kind : null;
}
