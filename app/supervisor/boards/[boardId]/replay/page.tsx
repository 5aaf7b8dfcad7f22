import { notFound } from 'next/navigation';
import { ReplayPage } from '../../../../../components/replay/replay-page';
import { atOf } from '../../../../../components/replay/replay-state';
import { titled } from '../../../../../components/ui/page-title';
import { isBoardId, type Query, themeOf } from '../../../../../components/ui/query';

export const generateMetadata = titled((words) => words.replay.page);

interface ReplayRouteProps {
  readonly params: Promise<{ boardId: string }>;
  readonly searchParams: Promise<Query>;
}

export default async function ReplayRoute({ params, searchParams }: ReplayRouteProps) {
  const { boardId } = await params;
  const query = await searchParams;
  if (!isBoardId(boardId)) notFound();
  const theme = themeOf(query);
  const screenTheme = query.theme === undefined ? null : theme;
  return (
    <ReplayPage key={boardId} boardId={boardId} at={atOf(query.at)} theme={theme} screenTheme={screenTheme} />
  );
}
