'use client';
/** The frame of every page at the desk: theme, measure, bar. A broad window gets larger type. */
import type { CSSProperties, ReactNode } from 'react';
import { useViewport } from '../board/use-unattended';
import { type Place, TopBar } from './top-bar';

/** u in pixels: type of .8u is 14 px, in a broad window 16 px. */
const DESK_UNIT_PX = 17.5;
const BROAD_UNIT_PX = 20;
const BROAD_WINDOW_PX = 1_700;

/** u at the desk, in CSS pixels. */
export function useDeskUnit(): number {
  return useViewport().width >= BROAD_WINDOW_PX ? BROAD_UNIT_PX : DESK_UNIT_PX;
}

export interface DeskProps {
  readonly place: Place;
  readonly theme: 'dark' | 'light';
  readonly children: ReactNode;
}

/** Pages with figures stand in a LiveProvider. */
export function Desk({ place, theme, children }: DeskProps) {
  const style = { '--u': `${useDeskUnit()}px`, '--gap': 0.6 } as CSSProperties;
  const boardId = place.kind === 'board' || place.kind === 'replay' ? place.boardId : undefined;
  return (
    <div className="desk" data-theme={theme} data-board={boardId} data-place={place.kind} style={style}>
      <TopBar place={place} />
      <main className="desk-main">{children}</main>
    </div>
  );
}
