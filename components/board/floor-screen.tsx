'use client';
/** A board on the wall: one view at a time, in turn by the server's clock, readable at the farthest seat. */
import { type CSSProperties, memo, useEffect, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PageLocale } from '../../lib/locale';
import { AlertAnnouncer } from '../alerts/alert-announcer';
import { AlertStrip } from '../alerts/alert-strip';
import { stripPlan } from '../alerts/strip-plan';
import { hasNotice, useShownAlerts } from '../alerts/use-shown-alerts';
import { LiveProvider, usePicture, useTicker } from '../live/use-live';
import { useMadeName } from '../ui/made-names';
import { Announcer } from './announcer';
import { BoardWords } from './board-words';
import { FootLine } from './foot-line';
import { planViews, viewAt } from './plan';
import { QueueTable } from './queue-table';
import { type ScreenGeometry, screenGeometry, spaceOf, unitPercent } from './scale';
import { ScreenHead } from './screen-head';
import { skeletonBoard } from './skeleton-board';
import { StripLine } from './strip-line';
import { TileGridView } from './tile-grid';
import { MEASURE } from './tile-plan';
import { TrendChart } from './trend-chart';
import { useIdleCursor, useViewport, useWakeLock } from './use-unattended';
import type { View } from './view-parts';

export interface FloorScreenProps {
  readonly boardId: string;
  /** The paired screen that this is; `null`: none. */
  readonly screenId: string | null;
  readonly theme: 'dark' | 'light';
  /** As the server chose it for this page. */
  readonly language: PageLocale;
  /** What the address line says instead of the board. */
  readonly screen: Partial<ScreenGeometry>;
  /** A view that stays, counted from 1; `null`: they take turns. */
  readonly pinned: number | null;
}

export function FloorScreen(props: FloorScreenProps) {
  return (
    <LiveProvider boardId={props.boardId} screenId={props.screenId} theme={props.theme}>
      <BoardWords language={props.language}>
        <Stage {...props} />
      </BoardWords>
    </LiveProvider>
  );
}

function Stage({ boardId, theme, screen, pinned }: FloorScreenProps) {
  const t = useTranslations();
  const madeName = useMadeName();
  const board = usePicture()?.board;
  const viewport = useViewport();
  const idle = useIdleCursor();
  useWakeLock();
  const shown = useMemo(() => board ?? skeletonBoard(boardId, t('app.name')), [board, boardId, t]);
  const percent = unitPercent(screenGeometry(shown.screen, screen));
  const space = useMemo(() => spaceOf(percent, viewport), [percent, viewport]);
  const alerts = useShownAlerts();
  const strip = stripPlan(space, {
    hasFault: alerts.fault !== null,
    groups: alerts.groups.length,
    hasNotice: hasNotice(alerts),
  });
  const { reservedU } = strip;
  const views = useMemo(() => planViews(shown, space, reservedU), [shown, space, reservedU]);
  const turn = useTurn(views);
  const index = pinned === null ? turn : Math.min(pinned, views.length) - 1;
  const view = views[index];
  const widthU = space.widthU - 2 * MEASURE.pad;
  const lines = space.heightU > space.widthU ? 2 : 1;
  const alertStrip = <AlertStrip shown={alerts} plan={strip} widthU={widthU} lines={lines} />;
  const style = { '--u': `${percent}vmin`, '--pad': MEASURE.pad, '--gap': MEASURE.gap } as CSSProperties;
  return (
    <main className="screen" data-theme={theme} data-idle={idle} data-board={boardId} style={style}>
      <h1 className="unseen">{t('screen.floor', { board: madeName(shown.name) })}</h1>
      <ScreenHead
        name={madeName(shown.name)}
        space={space}
        position={{ page: index + 1, count: views.length }}
      />
      <div className="stage" key={view?.id}>
        {view !== undefined && <StageView view={view} widthU={widthU} unitPx={space.unitPx} />}
      </div>
      {strip.place === 'own' && alertStrip}
      <FootLine widthU={widthU} lines={lines} besides={strip.place === 'foot' ? alertStrip : null} />
      <Announcer />
      <AlertAnnouncer shown={alerts} />
    </main>
  );
}

/** The view whose turn it is; a fixed number of them never all redraw for a tick. */
function useTurn(views: readonly View[]): number {
  const ticker = useTicker();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const read = () => setTurn(viewAt(views, ticker.now()));
    read();
    return ticker.subscribe(read);
  }, [views, ticker]);
  return Math.min(turn, views.length - 1);
}

interface StageViewProps {
  readonly view: View;
  /** Between the paddings. */
  readonly widthU: number;
  readonly unitPx: number;
}

const StageView = memo(function StageView({ view, widthU, unitPx }: StageViewProps) {
  return (
    <>
      {view.strip.kind === 'line' && <StripLine widthU={widthU} />}
      {view.strip.kind === 'tiles' && <TileGridView grid={view.strip.grid} label={view.title} />}
      {view.grid !== null && <TileGridView grid={view.grid} label={view.title} />}
      {(view.table !== null || view.trends !== null) && (
        <div className={`stage-lower stage-${view.arrangement}`}>
          {view.table !== null && <QueueTable plan={view.table} />}
          {view.trends !== null && <TrendGroup plan={view.trends} unitPx={unitPx} />}
        </div>
      )}
    </>
  );
});

function TrendGroup({ plan, unitPx }: { plan: NonNullable<View['trends']>; unitPx: number }) {
  const style = { gridTemplateColumns: `repeat(${plan.columns}, minmax(0, 1fr))` };
  return (
    <div className="trends" style={style}>
      {plan.trends.map((trend) => (
        <TrendChart
          key={trend.id}
          trend={trend}
          widthU={plan.widthU}
          heightU={plan.heightU}
          unitPx={unitPx}
        />
      ))}
    </div>
  );
}
