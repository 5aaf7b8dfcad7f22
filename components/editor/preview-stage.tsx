'use client';
/** A screen's head, one of its views and its foot, drawn by the screen's own components. */
import type { Board } from '../../lib/contracts/board';
import { FootLine } from '../board/foot-line';
import type { Space } from '../board/scale';
import { ScreenHead } from '../board/screen-head';
import { StageView } from '../board/stage-view';
import type { View } from '../board/view-parts';
import { useMadeName } from '../ui/made-names';

export interface PreviewStageProps {
  readonly board: Board;
  readonly view: View | null;
  readonly space: Space;
  readonly position: { readonly page: number; readonly count: number };
}

export function PreviewStage({ board, view, space, position }: PreviewStageProps) {
  const madeName = useMadeName();
  const widthU = space.widthU - 2 * space.padU;
  const portrait = space.heightU > space.widthU;
  return (
    <div className="screen">
      <ScreenHead name={madeName(board.name)} space={space} position={position} />
      <div className="stage">
        {view !== null && <StageView {...{ view, widthU, portrait }} unitPx={space.unitPx} />}
      </div>
      <FootLine widthU={widthU} lines={portrait ? 2 : 1} />
    </div>
  );
}
