'use client';
/** An emergency: it takes the whole screen, in the largest type that its words have room for, and stands still. */
import { type CSSProperties, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Announcement } from '../../lib/contracts/announcement';
import { formatClock } from '../../lib/format';
import { useSecond } from '../live/use-live';
import { useZone } from '../live/use-zone';
import { emergencyAt, emergencyPages } from './announcement-lines';
import type { Space } from './scale';
import { StateMark } from './state-mark';
import { MEASURE } from './tile-plan';

/** Around the words, in u. */
const PAD_U = 0.5;
/** The line above the words, and the one under them, with their gaps. */
const FRAME_LINES_U = 2 * 1.15;

export interface EmergencyScreenProps {
  readonly announcements: readonly Announcement[];
  readonly space: Space;
}

export function EmergencyScreen({ announcements, space }: EmergencyScreenProps) {
  const t = useTranslations('floor');
  const zone = useZone();
  const pages = useMemo(() => {
    const inner = { widthU: space.widthU - 2 * space.padU, heightU: space.heightU - 2 * space.padU };
    const heightU = inner.heightU - MEASURE.header - MEASURE.gap - 2 * PAD_U - FRAME_LINES_U;
    return emergencyPages(announcements, { widthU: inner.widthU - 2 * PAD_U, heightU });
  }, [announcements, space]);
  const now = useSecond(pages.length > 1);
  const page = emergencyAt(pages, now);
  if (page === null) return null;
  const { announcement, lines, sizeU } = page;
  const clock = (at: number) => formatClock(at, zone);
  const position = pages.indexOf(page) + 1;
  return (
    <section
      className="emergency"
      data-emergency={announcement.id}
      style={{ '--type': sizeU, '--inset': PAD_U } as CSSProperties}
    >
      <h2 className="emergency-head">
        <StateMark status="critical" />
        <span>{t('emergency')}</span>
        {pages.length > 1 && <small>{t('part', { part: position, parts: pages.length })}</small>}
      </h2>
      <p className="emergency-words" aria-hidden="true">
        {/* biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text, always drawn together. */}
        {lines.map((line, index) => [<span key={index}>{line}</span>, ' '])}
      </p>
      <p className="emergency-foot">
        {t('since', { time: clock(announcement.from) })}
        {announcement.by !== null && <bdi> · {announcement.by}</bdi>}
      </p>
      <p className="unseen" role="alert">
        {announcement.text}
      </p>
    </section>
  );
}
