import '../../../../../components/editor/editor.css';
import '../../../../../components/editor/fields/fields.css';
import { notFound } from 'next/navigation';
import { EditorPage } from '../../../../../components/editor/editor-page';
import { titled } from '../../../../../components/ui/page-title';
import { isBoardId, type Query, themeOf } from '../../../../../components/ui/query';

export const generateMetadata = titled((words) => words.editor.title);

interface EditPageProps {
  readonly params: Promise<{ boardId: string }>;
  readonly searchParams: Promise<Query>;
}

export default async function EditBoardPage({ params, searchParams }: EditPageProps) {
  const { boardId } = await params;
  const theme = themeOf(await searchParams);
  if (!isBoardId(boardId)) notFound();
  return <EditorPage key={boardId} boardId={boardId} theme={theme} />;
}
