'use client';
/**
 * A board as the floor screen drew it at a moment: its own components, drawn from a store that stands still. What a
 * screen on the wall does besides (sound, waking, reporting, wear) is left away.
 */
import { type CSSProperties, useEffect, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { AlertStrip } from '../alerts/alert-strip';
import { stripPlan } from '../alerts/strip-plan';
import { hasNotice, useShownAlerts } from '../alerts/use-shown-alerts';
import { EmergencyScreen } from '../board/emergency-screen';
import { FootLine } from '../board/foot-line';
import { planViews } from '../board/plan';
import { screenGeometry, spaceOf, unitPercent } from '../board/scale';
import { ScreenHead } from '../board/screen-head';
import { StageView } from '../board/stage-view';
import { MEASURE } from '../board/tile-plan';
import { useAnnouncements } from '../board/use-announcements';
import { useInterruption } from '../board/use-interruption';
import { useTurn } from '../board/use-turn';
import { useViewport } from '../board/use-unattended';
import type { Picture } from '../live/picture';
import { useMadeName } from '../ui/made-names';

export interface PastScreenProps {
  readonly picture: Picture;
  readonly theme: 'dark' | 'light' | null;
  /** The page that is looked at, counted from 1; `null`: the one whose turn it was. */
  readonly pinned: number | null;
  /** How many pages there are on a screen of this shape. */
  readonly onPages: (count: number) => void;
}

export function PastScreen({ picture: { board }, theme, pinned, onPages }: PastScreenProps) {
  const t = useTranslations('screen');
  const madeName = useMadeName();
  const viewport = useViewport();
  const percent = unitPercent(screenGeometry(board.screen, {}));
  const space = useMemo(() => spaceOf(percent, viewport), [percent, viewport]);
  const announcements = useAnnouncements();
  const isEmergency = announcements.some(({ priority }) => priority === 'emergency');
  const alerts = useShownAlerts();
  const strip = stripPlan(space, {
    hasFault: alerts.fault !== null,
    groups: alerts.groups.length,
    hasNotice: hasNotice(alerts),
  });
  const views = useMemo(() => planViews(board, space, strip.reservedU), [board, space, strip.reservedU]);
  const { interruption } = useInterruption();
  const { index } = useTurn(views, { pinned, rotation: board.rotation, interruption });
  const view = views[index];
  useEffect(() => onPages(views.length), [onPages, views.length]);
  const widthU = space.widthU - 2 * space.padU;
  const portrait = space.heightU > space.widthU;
  const lines = portrait ? 2 : 1;
  const alertStrip = <AlertStrip shown={alerts} plan={strip} widthU={widthU} lines={lines} />;
  const name = madeName(board.name);
  const style = { '--u': `${percent}vmin`, '--pad': space.padU, '--gap': MEASURE.gap } as CSSProperties;
  return (
    <section
      className="screen"
      data-theme={theme ?? board.theme ?? 'dark'}
      data-board={board.id}
      data-view={view?.id}
      style={style}
      aria-label={t('floor', { board: name })}
    >
      <ScreenHead name={name} space={space} position={{ page: index + 1, count: views.length }} sound="off" />
      {isEmergency ? (
        <EmergencyScreen announcements={announcements} space={space} />
      ) : (
        <>
          <div className="stage">
            {view !== undefined && <StageView {...{ view, widthU, portrait }} unitPx={space.unitPx} />}
          </div>
          {strip.place === 'own' && alertStrip}
          <FootLine
            {...{ widthU, lines, announcements }}
            besides={strip.place === 'foot' ? alertStrip : null}
          />
        </>
      )}
    </section>
  );
}
