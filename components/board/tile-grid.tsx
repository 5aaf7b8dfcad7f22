'use client';
/** A page's tiles, or the strip's, laid out as planned. */
import type { CSSProperties } from 'react';
import { useMadeName } from '../ui/made-names';
import { KpiTile } from './kpi-tile';
import type { TileGrid } from './tile-plan';

export function TileGridView({ grid, label }: { grid: TileGrid; label: string }) {
  const madeName = useMadeName();
  const heroFirst = grid.hero === 'wide' || grid.hero === 'tall';
  const style: CSSProperties = {
    gridTemplateColumns: heroFirst
      ? `minmax(0, 1.3fr) repeat(${grid.columns - 1}, minmax(0, 1fr))`
      : `repeat(${grid.columns}, minmax(0, 1fr))`,
    gridTemplateRows: `repeat(${grid.rows}, minmax(0, 1fr))`,
    height: `calc(var(--u) * ${grid.heightU})`,
  };
  return (
    <ul className="tiles" style={style} aria-label={madeName(label)}>
      {grid.tiles.map((tile, index) => {
        const place = placeOf(grid, index);
        return <KpiTile key={tile.id} tile={tile} {...place} />;
      })}
    </ul>
  );
}

interface Place {
  readonly widthU: number;
  readonly heightU: number;
  readonly className: string;
}

/** A tile's room, and the class that gives it more than one field of the grid. */
function placeOf(grid: TileGrid, index: number): Place {
  const { heightU, tileHeightU, tileWidthU, heroWidthU, hero, columns, tiles } = grid;
  if (hero === 'row') {
    const alone = index === 0 || (index === tiles.length - 1 && tiles.length % 2 === 0);
    return {
      widthU: alone ? heroWidthU : tileWidthU,
      heightU: tileHeightU,
      className: alone ? 'tile-row' : '',
    };
  }
  if (hero === 'tall' && index === 0) return { widthU: heroWidthU, heightU, className: 'tile-tall' };
  const broad = hero === 'wide' && index % columns === 0;
  return { widthU: broad ? heroWidthU : tileWidthU, heightU: tileHeightU, className: '' };
}
