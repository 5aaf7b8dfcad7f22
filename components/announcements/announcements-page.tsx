'use client';
/** What the floor is told and will be told, and the form that tells it more. */
import { useTranslations } from 'use-intl';
import { announcementsResponseSchema } from '../../lib/contracts/announcement';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { keepsBoards } from '../access/desk-links';
import { ListState } from '../access/list-state';
import { useMe } from '../access/use-me';
import { Desk } from '../supervisor/desk';
import { useMadeName } from '../ui/made-names';
import { usePolled } from '../ui/use-polled';
import { AnnouncementCard } from './announcement-card';
import { inOrder } from './announcement-draft';
import { AnnouncementForm } from './announcement-form';

const ASK_MS = 4_000;
const ASK_BOARDS_MS = 60_000;

export function AnnouncementsPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('announcements');
  const madeName = useMadeName();
  const polled = usePolled('/api/v1/announcements', announcementsResponseSchema, ASK_MS);
  const known = usePolled('/api/v1/boards', boardsResponseSchema, ASK_BOARDS_MS).answer?.boards ?? [];
  const boards = known.map(({ id, name }) => ({ id, name: madeName(name) }));
  const mayChange = keepsBoards(useMe());
  const now = polled.answer?.serverTime ?? null;
  const list = now === null ? [] : inOrder(polled.answer?.announcements ?? [], now);
  return (
    <Desk place={{ kind: 'announcements' }} theme={theme}>
      <h1 className="desk-title">{t('title')}</h1>
      <div className="beside">
        {mayChange && <AnnouncementForm {...{ boards, now }} onWritten={polled.refresh} />}
        <section className="beside-main">
          <ListState polled={polled} empty={list.length === 0 ? t('empty') : null}>
            <ul className="announce-list">
              {list.map((announcement) => (
                <AnnouncementCard
                  key={announcement.id}
                  {...{ announcement, boards, mayChange }}
                  now={now ?? 0}
                  onChanged={polled.refresh}
                />
              ))}
            </ul>
          </ListState>
        </section>
      </div>
    </Desk>
  );
}
