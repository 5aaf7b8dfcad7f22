'use client';
/** A board at the desk: all its figures at once, each with its definition, the table whole, the trends beside each other. */
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Board, Tile, Trend } from '../../lib/contracts/board';
import { DeskAlerts } from '../alerts/desk-alerts';
import { Announcer } from '../board/announcer';
import { FootLine } from '../board/foot-line';
import { KpiTile } from '../board/kpi-tile';
import { skeletonBoard } from '../board/skeleton-board';
import { TrendChart } from '../board/trend-chart';
import { LiveProvider, usePicture } from '../live/use-live';
import { useMadeName } from '../ui/made-names';
import { DefinitionDialog, type FigureAddress } from './definition-dialog';
import { Desk, useDeskUnit } from './desk';
import { FullTable } from './full-table';

const TILE = { widthU: 10.4, heightU: 4.1 };
const TREND = { widthU: 24, heightU: 10 };
/** The foot's line is cut by its width in u; at the desk it may be as long as this. */
const FOOT_U = 60;

export interface SupervisorBoardProps {
  readonly boardId: string;
  readonly theme: 'dark' | 'light';
}

export function SupervisorBoard(props: SupervisorBoardProps) {
  return (
    <LiveProvider boardId={props.boardId} theme={props.theme}>
      <Content {...props} />
    </LiveProvider>
  );
}

function Content({ boardId, theme }: SupervisorBoardProps) {
  const t = useTranslations();
  const madeName = useMadeName();
  const known = usePicture()?.board;
  const unitPx = useDeskUnit();
  const [open, setOpen] = useState<FigureAddress | null>(null);
  const board = useMemo(() => known ?? skeletonBoard(boardId, t('app.name')), [known, boardId, t]);
  const tiles = useMemo(() => allTiles(board), [board]);
  const trends = useMemo(() => allTrends(board), [board]);
  const tables = board.pages.flatMap((page) => (page.table === null ? [] : [page.table]));
  return (
    <Desk place={{ kind: 'board', boardId }} theme={theme}>
      <h1 className="unseen">{madeName(board.name)}</h1>
      <FootLine widthU={FOOT_U} lines={1} />
      <DeskAlerts />
      <ul className="tiles desk-tiles">
        {tiles.map((tile) => (
          <KpiTile key={tile.id} tile={tile} {...TILE}>
            {(label, text) => (
              <button
                type="button"
                className="tile-open"
                aria-label={t('definition.open', { label, value: text })}
                onClick={() => setOpen(tile)}
              />
            )}
          </KpiTile>
        ))}
      </ul>
      <div className="desk-lower">
        {tables.map((table) => (
          <FullTable key={table.id} table={table} onOpen={setOpen} />
        ))}
        {trends.length > 0 && (
          <div className="desk-trends">
            {trends.map((trend) => (
              <TrendChart key={trend.id} trend={trend} {...TREND} unitPx={unitPx} />
            ))}
          </div>
        )}
      </div>
      <DefinitionDialog shown={open} onClose={() => setOpen(null)} />
      <Announcer />
    </Desk>
  );
}

/** Every figure of the board once, the main ones first. */
function allTiles(board: Board): readonly Tile[] {
  const found = new Map<string, Tile>();
  for (const tile of [...board.pages.flatMap((page) => page.tiles), ...board.strip]) {
    const key = `${tile.subject}#${tile.kpi}`;
    if (!found.has(key)) found.set(key, tile);
  }
  return [...found.values()].sort((a, b) => Number(b.hero ?? false) - Number(a.hero ?? false));
}

function allTrends(board: Board): readonly Trend[] {
  const found = new Map(
    board.pages
      .flatMap((page) => page.trends)
      .map((trend) => [`${trend.subject}#${trend.kpi}#${trend.every}`, trend]),
  );
  return [...found.values()];
}
