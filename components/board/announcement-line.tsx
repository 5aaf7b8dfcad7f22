'use client';
/** A piece of an announcement in the foot: a shape, the words, and which part of it this is where one line does not do. */
import { useTranslations } from 'use-intl';
import type { FootPiece } from './announcement-lines';

/** Room that “2/3” takes, in em, with its gap. */
export const PART_EM = 3;

export function AnnouncementLine({ piece }: { piece: FootPiece }) {
  const t = useTranslations('floor');
  const { announcement, lines, part, parts } = piece;
  return (
    <footer
      className={`foot foot-announcement is-${announcement.priority}`}
      data-foot="announcement"
      data-announcement={announcement.id}
      data-priority={announcement.priority}
    >
      <svg className="mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        <path fill="currentColor" d="M2 7.5v5h3.5L14 17.5v-15L5.5 7.5zM15.6 7v6a3.2 3.2 0 0 0 0-6z" />
      </svg>
      <span className="foot-words">
        <span className="unseen">{t(`priority.${announcement.priority}`)}: </span>
        {lines.join(' ')}
      </span>
      {parts > 1 && <span className="foot-more">{t('part', { part, parts })}</span>}
    </footer>
  );
}
