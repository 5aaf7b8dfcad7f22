'use client';
/** One view of a board, as it was planned: the strip, tiles, the table and trends, panels. */
import { memo } from 'react';
import { PanelGroup } from './panel-group';
import { QueueTable } from './queue-table';
import { StripLine } from './strip-line';
import { TileGridView } from './tile-grid';
import { TrendChart } from './trend-chart';
import type { View } from './view-parts';

export interface StageViewProps {
  readonly view: View;
  /** Between the paddings. */
  readonly widthU: number;
  /** u in CSS pixels. */
  readonly unitPx: number;
  readonly portrait: boolean;
}

export const StageView = memo(function StageView({ view, widthU, unitPx, portrait }: StageViewProps) {
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
      {view.panels !== null && <PanelGroup plan={view.panels} portrait={portrait} />}
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
