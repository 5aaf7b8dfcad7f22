import { notFound } from 'next/navigation';
import { FloorScreen } from '../../../components/board/floor-screen';
import { pageLocale } from '../../../components/ui/page-locale';
import {
  isBoardId,
  pinnedOf,
  type Query,
  screenIdOf,
  screenOf,
  screenThemeOf,
} from '../../../components/ui/query';

interface ScreenPageProps {
  readonly params: Promise<{ boardId: string }>;
  readonly searchParams: Promise<Query>;
}

export default async function ScreenPage({ params, searchParams }: ScreenPageProps) {
  const { boardId } = await params;
  const query = await searchParams;
  if (!isBoardId(boardId)) notFound();
  return (
    <FloorScreen
      key={boardId}
      boardId={boardId}
      language={await pageLocale()}
      screenId={screenIdOf(query)}
      theme={screenThemeOf(query)}
      screen={screenOf(query)}
      pinned={pinnedOf(query)}
    />
  );
}
