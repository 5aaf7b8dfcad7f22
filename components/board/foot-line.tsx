'use client';
/** The line at the foot: what is wrong, in words; first a lost link, then the worst alarm, else that all is well; in turn with what people announce. */
import { type ReactNode, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Announcement } from '../../lib/contracts/announcement';
import { formatClock, shorten } from '../../lib/format';
import { useHeardAlarms, useLink, useLiveStore, usePicture, useSecond, useSources } from '../live/use-live';
import { useZone } from '../live/use-zone';
import { useMadeName } from '../ui/made-names';
import { useSaid } from '../ui/server-sentences';
import { AnnouncementLine, PART_EM } from './announcement-line';
import { footEntryAt, footPieces } from './announcement-lines';
import { hopsOf, worstHop } from './hop-state';
import { shownText } from './kpi-tile';
import { StateMark } from './state-mark';
import { firstThatFits, textWidthEm } from './text-fit';
import { type ShownAlarm, useAlarms, useOwnAlarms } from './use-alarms';
import { useFigure } from './use-figure';

const TYPE_U = 0.8;
const FRAME_U = 1.6;
/** Lines that break at words are not filled to their ends. */
const WRAPPED_PART = 0.84;

export interface FootLineProps {
  readonly widthU: number;
  readonly lines: number;
  /** A line that shares the foot, where the screen has no room for both. */
  readonly besides?: ReactNode;
  /** Those that hold now; absent: none. */
  readonly announcements?: readonly Announcement[];
}

const NO_ANNOUNCEMENTS: readonly Announcement[] = [];

/** Whose turn it is: what is wrong, the line that shares the foot, what people want the floor to know. */
export function FootLine({ widthU, lines, besides = null, announcements = NO_ANNOUNCEMENTS }: FootLineProps) {
  const alarms = useAlarms();
  const trouble = useTrouble();
  const flood = useFlood();
  const lineEm = (widthU - FRAME_U) / TYPE_U;
  const pieces = useMemo(
    () => footPieces(announcements, { lineEm: lineEm - PART_EM, lines }),
    [announcements, lineEm, lines],
  );
  const isCalm = trouble === null && flood === null && alarms.length === 0;
  const content = { isCalm, hasBesides: besides !== null, pieces: pieces.length };
  const now = useSecond(pieces.length > 0 || (besides !== null && !isCalm));
  const entry = footEntryAt(content, now);
  if (entry === 'besides') return besides;
  const piece = typeof entry === 'number' ? pieces[entry] : undefined;
  if (piece !== undefined) return <AnnouncementLine piece={piece} />;
  return <OwnLine {...{ lineEm, lines, alarms, trouble, flood }} />;
}

interface OwnLineProps {
  readonly lineEm: number;
  readonly lines: number;
  readonly alarms: readonly ShownAlarm[];
  readonly trouble: readonly string[] | null;
  readonly flood: readonly string[] | null;
}

function OwnLine({ lineEm, lines, alarms, trouble, flood }: OwnLineProps) {
  const t = useTranslations('footer');
  const [first] = alarms;
  const more = alarms.length > 1 ? t(lines === 1 ? 'more' : 'moreShort', { count: alarms.length - 1 }) : '';
  const roomEm = lineEm * (lines === 1 ? 1 : lines * WRAPPED_PART);
  const moreEm = more === '' ? 0 : textWidthEm(more) + 0.8;
  if (trouble !== null) {
    return (
      <footer className="foot foot-trouble" data-foot="trouble">
        <StateMark status="unknown" />
        <span>{firstThatFits(trouble, roomEm, shorten)}</span>
      </footer>
    );
  }
  if (flood !== null) {
    return (
      <footer className="foot foot-critical" data-foot="flood">
        <StateMark status="critical" />
        <b>{firstThatFits(flood, roomEm, shorten)}</b>
      </footer>
    );
  }
  if (first === undefined) {
    return <CalmLine roomEm={roomEm} />;
  }
  return (
    <footer className={`foot foot-${first.status}`} data-foot={first.status}>
      <StateMark status={first.status} />
      <AlarmWords alarm={first} roomEm={(roomEm / lineEm) * (lineEm - moreEm)} />
      {more !== '' && <span className="foot-more">{more}</span>}
    </footer>
  );
}

/** Nothing alarms. That every figure is within its limits is said only where it is so: an alarm may be on the shelf. */
function CalmLine({ roomEm }: { roomEm: number }) {
  const t = useTranslations();
  const isWell = useOwnAlarms().length === 0;
  const shelved = useHeardAlarms()?.frame.shelved ?? 0;
  const texts = isWell
    ? [t('footer.normal'), t('footer.noAlarm')]
    : [...(shelved === 0 ? [] : [t('floor.shelved', { count: shelved })]), t('footer.noAlarm')];
  return (
    <footer className="foot foot-calm" data-foot="calm">
      <span>{firstThatFits(texts, roomEm, shorten)}</span>
    </footer>
  );
}

/** More alarms at once than anybody reads, as one; `null`: there are not. */
function useFlood(): readonly string[] | null {
  const t = useTranslations('floor');
  const zone = useZone();
  const heard = useHeardAlarms();
  const flood = heard === null || heard.rightUntil !== null ? null : heard.frame.flood;
  if (flood === null) return null;
  const time = formatClock(flood.since, zone);
  return [t('flood', { count: flood.count, time }), t('floodShort', { count: flood.count })];
}

/** From long to short, the name apart because it is bold. */
function AlarmWords({ alarm, roomEm }: { alarm: ShownAlarm; roomEm: number }) {
  const t = useTranslations();
  const madeName = useMadeName();
  const zone = useZone();
  const picture = usePicture();
  const figure = useFigure(alarm.subject, alarm.kpi);
  const info = picture?.subjects.get(alarm.subject);
  const value = `${shownText(figure)}${figure.unit === '' ? '' : ` ${figure.unit}`}`;
  const what = t('footer.wait', { phrase: t(`kpi.${alarm.kpi}.phrase`), value });
  const limit =
    figure.limit === null ? [] : [t(`tile.${figure.limit.kind}`, { value: figure.limit.figure.text })];
  const since =
    alarm.kpi === 'longestWaitSince' && figure.raw !== null
      ? [t('footer.since', { time: formatClock(figure.raw, zone) })]
      : [];
  const state = t(`status.${alarm.status}`);
  const { taken } = alarm;
  const who =
    taken === null ? [] : [taken.by === null ? t('floor.taken') : t('floor.takenBy', { name: taken.by })];
  const name = madeName(info?.name ?? t('app.queues'));
  const short = madeName(info?.shortName ?? name);
  const tails = [
    `${state}: ${[what, ...limit, ...since, ...who].join(', ')}`,
    `${state}: ${[what, ...limit, ...who].join(', ')}`,
    [what, ...limit, ...who].join(', '),
    [what, ...who].join(', '),
    value,
  ];
  const fitting = tails.flatMap((tail) => [name, short].map((head) => ({ head, tail })));
  const chosen =
    fitting.find(({ head, tail }) => textWidthEm(`${head}  ${tail}`) <= roomEm) ??
    fitting[fitting.length - 1];
  return (
    <span className="foot-words">
      <b>{chosen?.head}</b> {chosen?.tail}
    </span>
  );
}

/** A hop that is not alive, from long to short; `null` when both are. */
function useTrouble(): readonly string[] | null {
  const t = useTranslations();
  const said = useSaid();
  const zone = useZone();
  const link = useLink();
  const sources = useSources();
  const heardAt = useLiveStore().heardAt();
  // Of the devices' broker their own lines tell.
  const [server, genesys] = hopsOf(link, sources, heardAt);
  const hop = worstHop([server, genesys]);
  const time = formatClock(hop.heardAt, zone);
  if (link.state === 'refused') return [said(link.message), t('link.refused')];
  if (link.state === 'connecting') return [t('footer.connecting'), t('link.connecting')];
  if (hop.level === 'live' || hop.level === 'partly') return null;
  if (hop.name === 'server')
    return [t('footer.lost', { time }), t('footer.lostShort', { time }), t('link.lostSince', { time })];
  if (hop.level === 'waiting') return [t('footer.genesysConnecting'), t('link.genesysConnecting')];
  if (hop.word === 'genesysOff') return [t('link.genesysOff')];
  return [
    t('footer.genesysDown', { time }),
    t('footer.genesysDownShort', { time }),
    t('link.genesysDownSince', { time }),
  ];
}
