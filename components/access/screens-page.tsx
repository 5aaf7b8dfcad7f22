'use client';
/** The televisions that are paired, and the form that pairs one more. Names come from people and are text only. */
import { useTranslations } from 'use-intl';
import { screensResponseSchema } from '../../lib/contracts/access';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { Desk } from '../supervisor/desk';
import { usePolled } from '../ui/use-polled';
import { ListState } from './list-state';
import { PairForm } from './pair-form';
import { ScreenRow } from './screen-row';

/** A screen that is there or gone is seen soon. */
const ASK_MS = 4_000;
const ASK_BOARDS_MS = 60_000;

export function ScreensPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('screens');
  const screens = usePolled('/api/v1/screens', screensResponseSchema, ASK_MS);
  const boards = usePolled('/api/v1/boards', boardsResponseSchema, ASK_BOARDS_MS).answer?.boards ?? [];
  const list = screens.answer?.screens ?? [];
  return (
    <Desk place={{ kind: 'screens' }} theme={theme}>
      <h1 className="desk-title">{t('title')}</h1>
      <div className="beside">
        <section className="beside-main">
          <ListState polled={screens} empty={list.length === 0 ? t('empty') : null}>
            <div className="panel full list">
              <table>
                <caption className="unseen">{t('caption')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('screen')}</th>
                    <th scope="col">{t('board')}</th>
                    <th scope="col">{t('state')}</th>
                    <th scope="col">
                      <span className="unseen">{t('ways')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((screen) => (
                    <ScreenRow
                      key={screen.id}
                      screen={screen}
                      boards={boards}
                      now={screens.answeredAt}
                      onChanged={screens.refresh}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          </ListState>
        </section>
        <PairForm boards={boards} onPaired={screens.refresh} />
      </div>
    </Desk>
  );
}
