'use client';
/** One announcement: what it says, whether it holds, where, by whom; to be taken back. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import type { Announcement } from '../../lib/contracts/announcement';
import { apart } from '../access/apart';
import { ConfirmDialog } from '../access/confirm-dialog';
import { ClockMoment } from '../access/moment';
import type { NamedBoard } from '../access/place-fields';
import { useDeed } from '../access/use-deed';
import { callServer } from '../ui/fetch-json';
import { useMadeName } from '../ui/made-names';
import { PriorityMark } from './priority-mark';

export interface AnnouncementCardProps {
  readonly announcement: Announcement;
  readonly boards: readonly NamedBoard[];
  /** Epoch ms by the server's clock. */
  readonly now: number;
  /** Whether the reader may take it back. */
  readonly mayChange: boolean;
  readonly onChanged: () => void;
}

export function AnnouncementCard({ announcement, boards, now, mayChange, onChanged }: AnnouncementCardProps) {
  const t = useTranslations('announcements');
  const { id, text, priority, from, until, boardIds, by } = announcement;
  const holds = from <= now;
  const [isAsked, setAsked] = useState(false);
  return (
    <li
      className={`panel announce-card is-${priority}`}
      data-announcement={id}
      data-priority={priority}
      data-holds={holds}
    >
      <p className="announce-head">
        <span className="announce-priority">
          <PriorityMark priority={priority} />
          {t(`priorities.${priority}`)}
        </span>
        <span>
          {holds ? t('now') : <ClockMoment at={from} now={now} />} – <ClockMoment at={until} now={now} />
        </span>
      </p>
      <p className="announce-text">
        <bdi>{text}</bdi>
      </p>
      <div className="announce-foot">
        <p>
          <BoardNames ids={boardIds} boards={boards} />
          {by !== null && <> · {t.rich('by', { name: by, n: apart })}</>}
        </p>
        {mayChange && (
          <button
            type="button"
            className="button"
            aria-label={t('takeBackNamed', { text })}
            onClick={() => setAsked(true)}
          >
            {t('takeBack')}
          </button>
        )}
      </div>
      {isAsked && <TakingBack {...{ announcement, onChanged }} onClose={() => setAsked(false)} />}
    </li>
  );
}

function BoardNames({ ids, boards }: { ids: readonly string[] | null; boards: readonly NamedBoard[] }) {
  const t = useTranslations('announcements');
  const madeName = useMadeName();
  if (ids === null) return t('allBoards');
  return ids.map((id, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <bdi>{madeName(boards.find((board) => board.id === id)?.name ?? id)}</bdi>
    </span>
  ));
}

interface TakingBackProps extends Pick<AnnouncementCardProps, 'announcement' | 'onChanged'> {
  readonly onClose: () => void;
}

function TakingBack({ announcement, onClose, onChanged }: TakingBackProps) {
  const t = useTranslations('announcements');
  const { isBusy, problem, run } = useDeed<unknown>();
  const path = `/api/v1/announcements/${encodeURIComponent(announcement.id)}`;
  const take = () =>
    run(
      () => callServer({ path, method: 'DELETE', schema: z.undefined() }),
      () => {
        onChanged();
        onClose();
      },
    );
  const isEmergency = announcement.priority === 'emergency';
  return (
    <ConfirmDialog
      title={t(isEmergency ? 'endEmergencyTitle' : 'takeBackTitle')}
      text={t(isEmergency ? 'endEmergencyText' : 'takeBackText', { text: announcement.text })}
      action={t('takeBack')}
      {...{ isBusy, problem, onClose }}
      onConfirm={take}
    />
  );
}
