'use client';
/** The televisions that are paired, and the form that pairs one more. Names come from people and are text only. */
import { useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ScreenRecord, screensResponseSchema } from '../../lib/contracts/access';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { Desk } from '../supervisor/desk';
import { usePolled } from '../ui/use-polled';
import { ListState } from './list-state';
import { PairForm } from './pair-form';
import type { NamedBoard } from './place-fields';
import { connectedOf, matchingScreens } from './screen-list';
import { ScreenRow } from './screen-row';

/** A screen that is there or gone is seen soon. */
const ASK_MS = 4_000;
const ASK_BOARDS_MS = 60_000;
/** Fewer than these are seen at a glance. */
const FILTERED_FROM = 8;

/** The form stands first: on a phone, in front of a television, it is what somebody came for. */
export function ScreensPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('screens');
  const screens = usePolled('/api/v1/screens', screensResponseSchema, ASK_MS);
  const boards = usePolled('/api/v1/boards', boardsResponseSchema, ASK_BOARDS_MS).answer?.boards ?? [];
  const list = screens.answer?.screens ?? [];
  return (
    <Desk place={{ kind: 'screens' }} theme={theme}>
      <h1 className="desk-title">{t('title')}</h1>
      <div className="beside">
        <PairForm boards={boards} onPaired={screens.refresh} />
        <section className="beside-main">
          <ListState polled={screens} empty={list.length === 0 ? t('empty') : null}>
            <ScreenTable
              screens={list}
              boards={boards}
              now={screens.answeredAt}
              onChanged={screens.refresh}
            />
          </ListState>
        </section>
      </div>
    </Desk>
  );
}

interface ScreenTableProps {
  readonly screens: readonly ScreenRecord[];
  readonly boards: readonly NamedBoard[];
  /** When this was so, by the server's clock. */
  readonly now: number | null;
  readonly onChanged: () => void;
}

function ScreenTable({ screens, boards, now, onChanged }: ScreenTableProps) {
  const t = useTranslations('screens');
  const [filter, setFilter] = useState('');
  const matching = matchingScreens(screens, boards, useDeferredValue(filter));
  return (
    <>
      <p className="exact-tools">
        {(screens.length >= FILTERED_FROM || filter !== '') && (
          <label>
            {t('filter')}{' '}
            <input type="search" value={filter} onChange={(event) => setFilter(event.target.value)} />
          </label>
        )}
        <span>{t('counted', { total: matching.length, connected: connectedOf(matching) })}</span>
      </p>
      <div className="panel full list list-screens">
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
            {matching.map((screen) => (
              <ScreenRow key={screen.id} {...{ screen, boards, now, onChanged }} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
