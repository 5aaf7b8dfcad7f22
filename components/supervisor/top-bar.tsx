'use client';
/** The supervisor's bar: the boards, every queue, the floor screen of this board; the links and the clock. */
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { WallClock } from '../board/floor-screen';
import { HopLine } from '../board/hop-line';
import { usePolled } from '../ui/use-polled';

const ASK_MS = 60_000;

export interface TopBarProps {
  /** The board on this page; `null` where it is none of the list. */
  readonly boardId: string | null;
}

export function TopBar({ boardId }: TopBarProps) {
  const t = useTranslations('app');
  const boards = usePolled('/api/v1/boards', boardsResponseSchema, ASK_MS).answer?.boards ?? [];
  const screenOf = boardId ?? boards[0]?.id ?? null;
  return (
    <header className="bar">
      <Link className="bar-name" href="/">
        {t('name')}
      </Link>
      <nav className="bar-nav" aria-label={t('navigation')}>
        {boards.map((board) => (
          <Link
            key={board.id}
            href={`/supervisor/boards/${encodeURIComponent(board.id)}`}
            aria-current={board.id === boardId ? 'page' : undefined}
          >
            {board.name}
          </Link>
        ))}
        <Link href="/supervisor/queues" aria-current={boardId === null ? 'page' : undefined}>
          {t('queues')}
        </Link>
        {screenOf !== null && (
          <Link className="bar-screen" href={`/screen/${encodeURIComponent(screenOf)}`}>
            {t('floorScreen')}
          </Link>
        )}
      </nav>
      <HopLine detailed />
      <WallClock />
    </header>
  );
}
