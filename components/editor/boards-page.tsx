'use client';
/** All boards: where each came from, who published it, whether somebody is at a draft, how many screens show it. */
import { useTranslations } from 'use-intl';
import { boardListResponseSchema } from '../../lib/contracts/board-desk';
import { keepsBoards } from '../access/desk-links';
import { ListState } from '../access/list-state';
import { useMe } from '../access/use-me';
import { Desk } from '../supervisor/desk';
import { usePolled } from '../ui/use-polled';
import { BoardRow } from './board-row';
import { NewBoardForm } from './new-board-form';
import { useSubjects } from './use-subjects';

const ASK_MS = 5_000;

export function BoardsPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('editor');
  const listed = usePolled('/api/v1/board-desk', boardListResponseSchema, ASK_MS);
  const subjects = useSubjects();
  const canEdit = keepsBoards(useMe());
  const boards = listed.answer?.boards ?? [];
  return (
    <Desk place={{ kind: 'boards' }} theme={theme}>
      <h1 className="desk-title">{t('boards')}</h1>
      <div className={canEdit ? 'beside' : undefined}>
        {canEdit && <NewBoardForm boards={boards} subjects={subjects} />}
        <section className="beside-main">
          <ListState polled={listed} empty={boards.length === 0 ? t('noBoards') : null}>
            <div className="panel full list list-boards">
              <table>
                <caption className="unseen">{t('boardsCaption')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('board')}</th>
                    <th scope="col">{t('published')}</th>
                    <th scope="col">{t('draft')}</th>
                    <th scope="col">{t('screens')}</th>
                    <th scope="col">
                      <span className="unseen">{t('ways')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {boards.map((board) => (
                    <BoardRow
                      key={board.id}
                      {...{ board, canEdit }}
                      now={listed.answer?.serverTime ?? null}
                      onChanged={listed.refresh}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          </ListState>
        </section>
      </div>
    </Desk>
  );
}
