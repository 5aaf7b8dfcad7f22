'use client';
/** How far the picture is moved now, and how dark it is. */
import { useEffect, useState } from 'react';
import type { Board } from '../../lib/contracts/board';
import { useTicker } from '../live/use-live';
import { brightnessAt, type Shift, shiftAt } from './wear';

export interface Wear {
  readonly shift: Shift;
  /** Percent. */
  readonly brightness: number;
}

const NEW: Wear = { shift: { x: 0, y: 0 }, brightness: 100 };

export function useWear(board: Board): Wear {
  const ticker = useTicker();
  const [wear, setWear] = useState(NEW);
  useEffect(() => {
    const read = () => {
      const now = ticker.now();
      const next = { shift: shiftAt(now), brightness: brightnessAt(board, now) };
      setWear((shown) => (isSame(shown, next) ? shown : next));
    };
    read();
    return ticker.subscribe(read);
  }, [board, ticker]);
  return wear;
}

function isSame(a: Wear, b: Wear): boolean {
  return a.brightness === b.brightness && a.shift.x === b.shift.x && a.shift.y === b.shift.y;
}
