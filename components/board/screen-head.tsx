'use client';
/** The head of a floor screen: whose board it is, whether its figures are alive, which page, and the hour. */
import { memo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { SoundState } from '../../lib/contracts/screen-report';
import { formatClock } from '../../lib/format';
import { showSameClock, zoneName } from '../../lib/zone';
import { useLiveStore, usePicture, useSecond, useSources } from '../live/use-live';
import { clockOff } from './clock-off';
import { HopLine } from './hop-line';
import { isMuted, MutedSign } from './muted-sign';
import type { Space } from './scale';

interface ScreenHeadProps {
  readonly name: string;
  readonly space: Space;
  readonly position: { readonly page: number; readonly count: number };
  /** Absent: none is wanted. */
  readonly sound?: SoundState;
}

/** Broad enough for two hops with their times, or for three with their words; and for three with their times. */
const DETAILED_HEAD_U = 26;
const BROAD_HEAD_U = 36;
/** Broad enough for one more sign and which page it is. */
const MUTED_HEAD_U = 20;

export const ScreenHead = memo(function ScreenHead({
  name,
  space,
  position,
  sound = 'off',
}: ScreenHeadProps) {
  const t = useTranslations();
  const isOff = clockOff(useLiveStore().skewMs()) !== null;
  return (
    <header className="head">
      <span className="head-name">{name}</span>
      <HeadHops widthU={space.widthU} />
      <MutedSign sound={sound} />
      {position.count > 1 && space.widthU > (isMuted(sound) || isOff ? MUTED_HEAD_U : 15) && (
        <span className="head-page">{t('page.position', position)}</span>
      )}
      <WallClock />
    </header>
  );
}, sameHead);

function HeadHops({ widthU }: { widthU: number }) {
  const sources = useSources();
  const hasBroker = sources !== null && sources.mqtt.state !== 'off';
  if (widthU < DETAILED_HEAD_U) return <HopLine detail="word" />;
  return <HopLine detail={hasBroker && widthU < BROAD_HEAD_U ? 'words' : 'times'} />;
}

function sameHead(a: ScreenHeadProps, b: ScreenHeadProps): boolean {
  return (
    a.name === b.name &&
    a.space === b.space &&
    a.sound === b.sound &&
    a.position.page === b.position.page &&
    a.position.count === b.position.count
  );
}

/** Of the board's zone; where the clock of this very machine shows another hour, with the zone's name. */
export function WallClock() {
  const locale = useLocale();
  const boardZone = usePicture()?.board.timeZone;
  const now = useSecond();
  // Before the first tick, and on the server, the hour is not known.
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timeZone = boardZone ?? ownZone;
  const text = now === 0 ? '' : formatClock(now, { locale, timeZone });
  const isElsewhere = now !== 0 && !showSameClock(timeZone, ownZone, now);
  return (
    <time className="head-clock" data-clock={text} title={isElsewhere ? timeZone : undefined}>
      {text}
      {isElsewhere && <span className="head-zone"> {zoneName(timeZone, now, locale)}</span>}
    </time>
  );
}
