import { notFound } from 'next/navigation';
import { SupervisorBoard } from '../../../../components/supervisor/supervisor-board';
import { isBoardId, type Query, themeOf } from '../../../../components/ui/query';

interface BoardPageProps {
  readonly params: Promise<{ boardId: string }>;
  readonly searchParams: Promise<Query>;
}

export default async function BoardPage({ params, searchParams }: BoardPageProps) {
  const { boardId } = await params;
  const theme = themeOf(await searchParams);
  if (!isBoardId(boardId)) notFound();
  return <SupervisorBoard key={boardId} boardId={boardId} theme={theme} />;
}
