'use client';
/**
 * The picture of a moment, framed so that nobody takes it for now: a striped border, and above it that it is the past
 * and of when. Drawn as large as the window, then made to fit.
 */
import { type CSSProperties, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { Moment } from '../../lib/contracts/replay';
import { formatMoment, isoMoment } from '../access/moments';
import { useViewport } from '../board/use-unattended';
import { GivenLive } from '../live/use-live';
import { pastLive } from './past-live';
import { PastScreen } from './past-screen';

/** What the rest of the page needs in height: all of it is seen at once where the window is high enough. */
const BESIDE_PX = 440;

export interface PastFrameProps {
  readonly moment: Moment;
  /** The time that was asked for. */
  readonly at: number;
  readonly theme: 'dark' | 'light' | null;
  readonly pinned: number | null;
  readonly onPages: (count: number) => void;
  readonly frame: RefObject<HTMLElement | null>;
}

export function PastFrame({ moment, at, theme, pinned, onPages, frame }: PastFrameProps) {
  const live = useMemo(() => pastLive(moment), [moment]);
  const { width, height } = useViewport();
  const [box, scale] = useScale(width);
  const picture = live.store.picture();
  return (
    <figure
      ref={frame}
      className="past"
      data-at={moment.snapshot.serverTime}
      data-gap={moment.isGap}
      style={{ width: ((height - BESIDE_PX) * width) / height }}
    >
      <PastCaption moment={moment} at={at} />
      <div ref={box} className="past-box" style={{ aspectRatio: `${width} / ${height}` }}>
        <div className="past-screen" style={{ width, height, scale } as CSSProperties}>
          {picture !== null && (
            <GivenLive live={live}>
              <PastScreen {...{ picture, theme, pinned, onPages }} />
            </GivenLive>
          )}
        </div>
      </div>
    </figure>
  );
}

function PastCaption({ moment, at }: { moment: Moment; at: number }) {
  const t = useTranslations('replay');
  const locale = useLocale();
  const { serverTime, board } = moment.snapshot;
  const write = (time: number) =>
    formatMoment(time, { locale, timeZone: board.timeZone, precision: 'second' });
  return (
    <figcaption className="past-caption">
      <b>{t('past')}</b>
      <time dateTime={isoMoment(serverTime)}>{t('asOf', { time: write(serverTime) })}</time>
      <span>{board.timeZone}</span>
      {moment.isGap && <strong>{t('gap', { time: write(at) })}</strong>}
    </figcaption>
  );
}

/** How much smaller the box is than the window. */
function useScale(width: number): readonly [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [boxWidth, setBoxWidth] = useState(width);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setBoxWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, boxWidth / width];
}
