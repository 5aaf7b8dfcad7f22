'use client';
/** The line at the foot: what is wrong, in words; first a lost link, then the worst alarm, else that all is well. */
import type { ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatClock, shorten } from '../../lib/format';
import { useLink, useLiveStore, usePicture, useSecond, useSources } from '../live/use-live';
import { useMadeName } from '../ui/made-names';
import type { Alarm } from './alarms';
import { hopsOf, worstHop } from './hop-state';
import { shownText } from './kpi-tile';
import { StateMark } from './state-mark';
import { firstThatFits, textWidthEm } from './text-fit';
import { useAlarms } from './use-alarms';
import { useFigure } from './use-figure';

const TYPE_U = 0.8;
const FRAME_U = 1.6;
/** Lines that break at words are not filled to their ends. */
const WRAPPED_PART = 0.84;

/** How long either of two lines stays that share the foot, by the server's clock. */
const TURN_MS = 8_000;

export interface FootLineProps {
  readonly widthU: number;
  readonly lines: number;
  /** A line that shares the foot, where the screen has no room for both: it stays while all is well, else in turn. */
  readonly besides?: ReactNode;
}

export function FootLine({ widthU, lines, besides = null }: FootLineProps) {
  const t = useTranslations('footer');
  const alarms = useAlarms();
  const trouble = useTrouble();
  const [first] = alarms;
  const isCalm = trouble === null && first === undefined;
  const now = useSecond(besides !== null && !isCalm);
  if (besides !== null && (isCalm || Math.floor(now / TURN_MS) % 2 === 0)) return besides;
  const more = alarms.length > 1 ? t(lines === 1 ? 'more' : 'moreShort', { count: alarms.length - 1 }) : '';
  const lineEm = (widthU - FRAME_U) / TYPE_U;
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
  if (first === undefined) {
    return (
      <footer className="foot foot-calm" data-foot="calm">
        <span>{firstThatFits([t('normal'), t('noAlarm')], roomEm, shorten)}</span>
      </footer>
    );
  }
  return (
    <footer className={`foot foot-${first.status}`} data-foot={first.status}>
      <StateMark status={first.status} />
      <AlarmWords alarm={first} roomEm={(roomEm / lineEm) * (lineEm - moreEm)} />
      {more !== '' && <span className="foot-more">{more}</span>}
    </footer>
  );
}

/** From long to short, the name apart because it is bold. */
function AlarmWords({ alarm, roomEm }: { alarm: Alarm; roomEm: number }) {
  const t = useTranslations();
  const madeName = useMadeName();
  const locale = useLocale();
  const picture = usePicture();
  const figure = useFigure(alarm.subject, alarm.kpi);
  const info = picture?.subjects.get(alarm.subject);
  const timeZone = picture?.board.timeZone ?? 'UTC';
  const value = `${shownText(figure)}${figure.unit === '' ? '' : ` ${figure.unit}`}`;
  const what = t('footer.wait', { phrase: t(`kpi.${alarm.kpi}.phrase`), value });
  const limit =
    figure.limit === null ? [] : [t(`tile.${figure.limit.kind}`, { value: figure.limit.figure.text })];
  const since =
    alarm.kpi === 'longestWaitSince' && figure.raw !== null
      ? [t('footer.since', { time: formatClock(figure.raw, { locale, timeZone }) })]
      : [];
  const state = t(`status.${alarm.status}`);
  const name = madeName(info?.name ?? t('app.queues'));
  const short = madeName(info?.shortName ?? name);
  const tails = [
    `${state}: ${[what, ...limit, ...since].join(', ')}`,
    `${state}: ${[what, ...limit].join(', ')}`,
    [what, ...limit].join(', '),
    what,
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
  const locale = useLocale();
  const link = useLink();
  const sources = useSources();
  const heardAt = useLiveStore().heardAt();
  const timeZone = usePicture()?.board.timeZone ?? 'UTC';
  // Of the devices' broker their own lines tell.
  const [server, genesys] = hopsOf(link, sources, heardAt);
  const hop = worstHop([server, genesys]);
  const time = formatClock(hop.heardAt, { locale, timeZone });
  if (link.state === 'refused') return [link.message, t('link.refused')];
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
