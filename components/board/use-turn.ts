'use client';
/** The view whose turn it is; a fixed number of them never all redraw for a tick. */
import { useEffect, useState } from 'react';
import type { Rotation } from '../../lib/contracts/board';
import { useTicker } from '../live/use-live';
import { type Interruption, type Turn, turnAt } from './turn';
import type { View } from './view-parts';

export interface TurnSettings {
  /** A view that stays, counted from 1; `null`: they take turns. */
  readonly pinned: number | null;
  readonly rotation: Rotation | undefined;
  readonly interruption: Interruption | null;
}

const FIRST: Turn = { index: 0, held: false };

export function useTurn(views: readonly View[], { pinned, rotation, interruption }: TurnSettings): Turn {
  const ticker = useTicker();
  const [turn, setTurn] = useState(FIRST);
  useEffect(() => {
    const read = () => {
      const next = turnAt({ views, rotation, interruption, now: ticker.now() });
      setTurn((shown) => (shown.index === next.index && shown.held === next.held ? shown : next));
    };
    read();
    return ticker.subscribe(read);
  }, [views, rotation, interruption, ticker]);
  if (pinned !== null) return { index: Math.min(pinned, views.length) - 1, held: false };
  return { ...turn, index: Math.min(turn.index, views.length - 1) };
}
