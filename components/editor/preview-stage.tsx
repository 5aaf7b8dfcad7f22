'use client';
/** A screen's head, one of its views and its foot, drawn by the screen's own components. */
import type { Board } from '../../lib/contracts/board';
import { FootLine } from '../board/foot-line';
import { QueueTable } from '../board/queue-table';
import type { Space } from '../board/scale';
import { ScreenHead } from '../board/screen-head';
import { StripLine } from '../board/strip-line';
import { TileGridView } from '../board/tile-grid';
import { MEASURE } from '../board/tile-plan';
import { TrendChart } from '../board/trend-chart';
import type { View } from '../board/view-parts';

export interface PreviewStageProps {
  readonly board: Board;
  readonly view: View | null;
  readonly space: Space;
  readonly position: { readonly page: number; readonly count: number };
}

export function PreviewStage({ board, view, space, position }: PreviewStageProps) {
  const widthU = space.widthU - 2 * MEASURE.pad;
  return (
    <div className="screen">
      <ScreenHead name={board.name} space={space} position={position} />
      <div className="stage">
        {view !== null && <Parts view={view} widthU={widthU} unitPx={space.unitPx} />}
      </div>
      <FootLine widthU={widthU} lines={space.heightU > space.widthU ? 2 : 1} />
    </div>
  );
}

function Parts({ view, widthU, unitPx }: { view: View; widthU: number; unitPx: number }) {
  const { strip, grid, table, trends, title } = view;
  return (
    <>
      {strip.kind === 'line' && <StripLine widthU={widthU} />}
      {strip.kind === 'tiles' && <TileGridView grid={strip.grid} label={title} />}
      {grid !== null && <TileGridView grid={grid} label={title} />}
      {(table !== null || trends !== null) && (
        <div className={`stage-lower stage-${view.arrangement}`}>
          {table !== null && <QueueTable plan={table} />}
          {trends !== null && (
            <div
              className="trends"
              style={{ gridTemplateColumns: `repeat(${trends.columns}, minmax(0, 1fr))` }}
            >
              {trends.trends.map((trend) => (
                <TrendChart
                  key={trend.id}
                  trend={trend}
                  widthU={trends.widthU}
                  heightU={trends.heightU}
                  unitPx={unitPx}
                />
              ))}
            </div>
          )}
        </div>
      )}
    </>
  );
}
