'use client';
/** The page of the editor: the board as the server has it, asked for once; what happens afterwards is the editor's. */
import { useTranslations } from 'use-intl';
import { boardEditSchema } from '../../lib/contracts/board-desk';
import { ListState } from '../access/list-state';
import { Desk } from '../supervisor/desk';
import { usePolled } from '../ui/use-polled';
import { Editor } from './editor';

const ASK_MS = 3_000;

export interface EditorPageProps {
  readonly boardId: string;
  readonly theme: 'dark' | 'light';
}

export function EditorPage({ boardId, theme }: EditorPageProps) {
  const t = useTranslations('editor');
  const path = `/api/v1/board-desk/${encodeURIComponent(boardId)}`;
  const asked = usePolled(path, boardEditSchema, ASK_MS, 'answered');
  const { answer } = asked;
  return (
    <Desk place={{ kind: 'boards' }} theme={theme}>
      {answer === null ? (
        <>
          <h1 className="desk-title">{t('title')}</h1>
          <ListState polled={asked} empty={null}>
            {null}
          </ListState>
        </>
      ) : (
        <Editor begun={answer} />
      )}
    </Desk>
  );
}
