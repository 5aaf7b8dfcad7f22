'use client';
/** The head of a floor screen: whose board it is, whether its figures are alive, which page, and the hour. */
import { memo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatClock } from '../../lib/format';
import { usePicture, useSecond, useSources } from '../live/use-live';
import { HopLine } from './hop-line';
import type { Space } from './scale';

interface ScreenHeadProps {
  readonly name: string;
  readonly space: Space;
  readonly position: { readonly page: number; readonly count: number };
}

/** Broad enough for two hops with their times, or for three with their words; and for three with their times. */
const DETAILED_HEAD_U = 26;
const BROAD_HEAD_U = 36;

export const ScreenHead = memo(function ScreenHead({ name, space, position }: ScreenHeadProps) {
  const t = useTranslations();
  return (
    <header className="head">
      <span className="head-name">{name}</span>
      <HeadHops widthU={space.widthU} />
      {position.count > 1 && space.widthU > 15 && (
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
    a.position.page === b.position.page &&
    a.position.count === b.position.count
  );
}

export function WallClock() {
  const locale = useLocale();
  const boardZone = usePicture()?.board.timeZone;
  const now = useSecond();
  // Before the first tick, and on the server, the hour is not known.
  const timeZone = boardZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const text = now === 0 ? '' : formatClock(now, { locale, timeZone });
  return (
    <time className="head-clock" data-clock={text}>
      {text}
    </time>
  );
}
