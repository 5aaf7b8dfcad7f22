import '../../../components/editor/boards.css';
import { BoardsPage } from '../../../components/editor/boards-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.editor.boards);

export default async function EveryBoardPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <BoardsPage theme={themeOf(await searchParams)} />;
}
