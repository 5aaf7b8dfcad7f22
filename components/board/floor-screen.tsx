'use client';
/**
 * A board on the wall: one view at a time, in turn by the server's clock, readable at the farthest seat; nobody tends it.
 */
import { type CSSProperties, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { PageLocale } from '../../lib/locale';
import { AlertAnnouncer } from '../alerts/alert-announcer';
import { AlertStrip } from '../alerts/alert-strip';
import { stripPlan } from '../alerts/strip-plan';
import { hasNotice, useShownAlerts } from '../alerts/use-shown-alerts';
import { LiveProvider, usePicture } from '../live/use-live';
import { useServerWatch } from '../live/use-server-watch';
import { useMadeName } from '../ui/made-names';
import { Announcer } from './announcer';
import { BoardWords } from './board-words';
import { EmergencyScreen } from './emergency-screen';
import { FootLine } from './foot-line';
import { LastResort } from './last-resort';
import { planViews } from './plan';
import { type ScreenGeometry, type Space, screenGeometry, spaceOf, unitPercent } from './scale';
import { ScreenHead } from './screen-head';
import { skeletonBoard } from './skeleton-board';
import { StageView } from './stage-view';
import { MEASURE } from './tile-plan';
import { useAnnouncements } from './use-announcements';
import { useInterruption } from './use-interruption';
import { usePaintReport } from './use-paint-report';
import { useSound } from './use-sound';
import { useTurn } from './use-turn';
import { useIdleCursor, useViewport, useWakeLock } from './use-unattended';
import { useWear, type Wear } from './use-wear';

export interface FloorScreenProps {
  readonly boardId: string;
  /** The paired screen that this is; `null`: none. */
  readonly screenId: string | null;
  /** As the address line says it; `null`: as the board does. */
  readonly theme: 'dark' | 'light' | null;
  /** As the server chose it for this page. */
  readonly language: PageLocale;
  /** What the address line says instead of the board. */
  readonly screen: Partial<ScreenGeometry>;
  /** A view that stays, counted from 1; `null`: they take turns. */
  readonly pinned: number | null;
}

export function FloorScreen(props: FloorScreenProps) {
  const { boardId, screenId, language } = props;
  const theme = props.theme ?? 'dark';
  return (
    <LiveProvider boardId={boardId} screenId={screenId} as="screen" theme={theme}>
      <BoardWords language={language}>
        <LastResort theme={theme}>
          <Stage {...props} />
        </LastResort>
      </BoardWords>
    </LiveProvider>
  );
}

function Stage({ boardId, screenId, theme, screen, pinned }: FloorScreenProps) {
  const t = useTranslations();
  const madeName = useMadeName();
  const board = usePicture()?.board;
  const shown = useMemo(() => board ?? skeletonBoard(boardId, t('app.name')), [board, boardId, t]);
  const viewport = useViewport();
  const percent = unitPercent(screenGeometry(shown.screen, screen));
  const space = useMemo(() => spaceOf(percent, viewport), [percent, viewport]);
  const idle = useIdleCursor();
  const wear = useWear(shown);
  useWakeLock();
  useServerWatch();
  const alarm = useInterruption();
  const sound = useSound(shown, alarm);
  const announcements = useAnnouncements();
  const isEmergency = announcements.some(({ priority }) => priority === 'emergency');
  const alerts = useShownAlerts();
  const strip = stripPlan(space, {
    hasFault: alerts.fault !== null,
    groups: alerts.groups.length,
    hasNotice: hasNotice(alerts),
  });
  const { reservedU } = strip;
  const views = useMemo(() => planViews(shown, space, reservedU), [shown, space, reservedU]);
  const { rotation } = shown;
  const { index, held } = useTurn(views, { pinned, rotation, interruption: alarm.interruption });
  const view = views[index];
  const position = { page: index + 1, count: isEmergency ? 1 : views.length };
  usePaintReport(screenId, { number: Math.max(1, index + 1), of: Math.max(1, views.length) }, sound);
  const portrait = space.heightU > space.widthU;
  const widthU = space.widthU - 2 * space.padU;
  const lines = portrait ? 2 : 1;
  const alertStrip = <AlertStrip shown={alerts} plan={strip} widthU={widthU} lines={lines} />;
  const besides = strip.place === 'foot' ? alertStrip : null;
  return (
    <main
      className="screen"
      data-theme={theme ?? shown.theme ?? 'dark'}
      data-idle={idle}
      data-board={boardId}
      data-view={view?.id}
      data-held={held}
      data-sound={sound}
      style={stageStyle(space, isEmergency ? { ...wear, brightness: 100 } : wear)}
    >
      <h1 className="unseen">{t('screen.floor', { board: madeName(shown.name) })}</h1>
      <ScreenHead name={madeName(shown.name)} space={space} position={position} sound={sound} />
      {isEmergency ? (
        <EmergencyScreen announcements={announcements} space={space} />
      ) : (
        <>
          <div className="stage" key={view?.id}>
            {view !== undefined && <StageView {...{ view, widthU, portrait }} unitPx={space.unitPx} />}
          </div>
          {strip.place === 'own' && alertStrip}
          <FootLine {...{ widthU, lines, besides, announcements }} />
        </>
      )}
      <Announcer />
      <AlertAnnouncer shown={alerts} />
    </main>
  );
}

/** Dimmed by what lies over the picture, so that nothing of it is drawn anew. */
function stageStyle(space: Space, { shift, brightness }: Wear): CSSProperties {
  return {
    '--u': `${space.unitPercent}vmin`,
    '--pad': space.padU,
    '--gap': MEASURE.gap,
    '--shift-x': `${shift.x}px`,
    '--shift-y': `${shift.y}px`,
    '--dark': 1 - brightness / 100,
  } as CSSProperties;
}
