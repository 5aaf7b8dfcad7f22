'use client';
/** Whether the figures are alive: one word when all is well and room is short, else each hop with its age. */
import { useTranslations } from 'use-intl';
import { formatClock } from '../../lib/format';
import { useLink, useLiveStore, useSecond, useSources } from '../live/use-live';
import { useZone } from '../live/use-zone';
import { type ClockOff, clockOff } from './clock-off';
import { type Hop, type HopLevel, hopsOf, worstHop } from './hop-state';

/** `times`: each hop with its age. `words`: each hop, where at most one is not well. `word`: the worst one. */
export type HopDetail = 'times' | 'words' | 'word';

export function HopLine({ detail }: { detail: HopDetail }) {
  const t = useTranslations('link');
  const store = useLiveStore();
  const hops = hopsOf(useLink(), useSources(), store.heardAt());
  useSecond(detail === 'times');
  const isShort = detail === 'word' || (detail === 'words' && hops.filter(isUnwell).length > 1);
  const off = clockOff(store.skewMs());
  return (
    <ul className="hops" aria-label={t('hops')}>
      {isShort ? (
        <HopItem hop={worstHop(hops)} detail="word" />
      ) : (
        hops.map((hop) => <HopItem key={hop.name} hop={hop} detail={detail} />)
      )}
      {off !== null && <ClockItem off={off} isShort={detail === 'word'} />}
    </ul>
  );
}

function ClockItem({ off, isShort }: { off: ClockOff; isShort: boolean }) {
  const t = useTranslations('floor');
  const time = t(off.unit === 'min' ? 'minutes' : 'seconds', { count: off.count });
  return (
    <li className="hop hop-partly" data-clock-off={off.count}>
      <HopShape level="partly" />
      <span>{t(isShort ? 'clockShort' : 'clock', { time })}</span>
    </li>
  );
}

function isUnwell({ level }: Hop): boolean {
  return level !== 'live';
}

function HopItem({ hop, detail }: { hop: Hop; detail: HopDetail }) {
  const t = useTranslations('link');
  const zone = useZone();
  const time = hop.heardAt === null ? null : formatClock(hop.heardAt, zone, 'second');
  const well = hop.level === 'live';
  const word = well && detail === 'word' ? t('live') : t(hop.word);
  // Where room is short the foot of the screen says since when.
  return (
    <li className={`hop hop-${hop.level}`} data-hop={hop.name} data-level={hop.level}>
      <HopShape level={hop.level} />
      <span>{word}</span>
      {time !== null && detail === 'times' && (
        <span className="hop-time">{well ? time : t('asOf', { time })}</span>
      )}
    </li>
  );
}

/** Disc: alive. Ring: waiting. Triangle: partly. Crossed ring: lost. */
function HopShape({ level }: { level: HopLevel }) {
  return (
    <svg className="hop-shape" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {level === 'live' && <circle cx="10" cy="10" r="8" fill="currentColor" />}
      {level === 'waiting' && (
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="3" />
      )}
      {level === 'partly' && <path fill="currentColor" d="M10 1.5 19 18H1z" />}
      {level === 'lost' && (
        <path
          fill="none"
          stroke="currentColor"
          strokeWidth="4"
          strokeLinecap="round"
          d="M3.5 3.5l13 13M16.5 3.5l-13 13"
        />
      )}
    </svg>
  );
}
