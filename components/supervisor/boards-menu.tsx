'use client';
/**
 * The bar's menu of the floor: every board, what can be done with the one that is here, and the pages that keep boards,
 * announcements and screens. It is called by the board that is here.
 */
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { shorten } from '../../lib/format';
import type { DeskLinks } from '../access/desk-links';
import { BarMenu } from '../ui/bar-menu';
import { useMadeName } from '../ui/made-names';
import { useRemembered } from '../ui/use-remembered';

const ASK_MS = 60_000;
const NAME_LENGTH = 24;
/** Pages of the menu, in their order. */
const FLOOR_PAGES = ['boards', 'announcements', 'screens'] as const satisfies readonly (keyof DeskLinks)[];

export interface BoardsMenuProps {
  readonly links: DeskLinks;
  /** Whether boards may be changed by who looks. */
  readonly mayEdit: boolean;
  /** The board that this page is of. */
  readonly boardId: string | null;
  readonly page: string;
}

export function BoardsMenu({ links, mayEdit, boardId, page }: BoardsMenuProps) {
  const t = useTranslations('app');
  const replay = useTranslations('replay');
  const madeName = useMadeName();
  const boards = useRemembered('/api/v1/boards', boardsResponseSchema, ASK_MS)?.boards ?? [];
  const here = boards.find(({ id }) => id === boardId);
  const name = here === undefined ? null : madeName(here.name);
  const floorId = boardId ?? boards[0]?.id ?? null;
  const isFloorPage = FLOOR_PAGES.some((one) => one === page);
  return (
    <BarMenu
      name="boards"
      label={<bdi>{name === null ? t('boards') : shorten(name, NAME_LENGTH)}</bdi>}
      title={name ?? undefined}
      isHere={here !== undefined || isFloorPage}
    >
      <nav aria-label={t('boards')}>
        {boards.map(({ id, name: given }) => (
          <Link
            key={id}
            href={`/supervisor/boards/${encodeURIComponent(id)}`}
            aria-current={id === boardId ? 'page' : undefined}
          >
            {madeName(given)}
          </Link>
        ))}
        <hr />
        {floorId !== null && <Link href={`/screen/${encodeURIComponent(floorId)}`}>{t('floorScreen')}</Link>}
        {boardId !== null && (
          <>
            {mayEdit && (
              <Link href={`/supervisor/boards/${encodeURIComponent(boardId)}/edit`}>{t('editBoard')}</Link>
            )}
            <Link href={`/supervisor/boards/${encodeURIComponent(boardId)}/replay`}>{replay('open')}</Link>
          </>
        )}
        <hr />
        {FLOOR_PAGES.filter((one) => links[one]).map((one) => (
          <Link key={one} href={`/supervisor/${one}`} aria-current={page === one ? 'page' : undefined}>
            {t(one === 'boards' ? 'arrangeBoards' : one)}
          </Link>
        ))}
      </nav>
    </BarMenu>
  );
}
