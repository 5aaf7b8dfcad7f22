'use client';
/** Sounds what is due, and tells whether it could. */
import { useEffect, useRef, useState } from 'react';
import type { Board } from '../../lib/contracts/board';
import type { SoundState } from '../../lib/contracts/screen-report';
import { useTicker } from '../live/use-live';
import { Chime } from './chime';
import { dueTone } from './tone-plan';
import type { HeardInterruption } from './use-interruption';

const GESTURES = ['pointerdown', 'keydown', 'touchend'] as const;

export function useSound(board: Board, { interruption, acknowledged }: HeardInterruption): SoundState {
  const ticker = useTicker();
  const [state, setState] = useState<SoundState>('off');
  const [chime, setChime] = useState<Chime | null>(null);
  const played = useRef<string | null>(null);
  const isWanted = board.sound !== undefined && board.sound.mode !== 'off';
  useEffect(() => {
    if (!isWanted) return;
    const opened = new Chime(newContext, () => setState(opened.state()));
    opened.open();
    setChime(opened);
    const unlock = () => opened.unlock();
    for (const gesture of GESTURES) window.addEventListener(gesture, unlock);
    return () => {
      for (const gesture of GESTURES) window.removeEventListener(gesture, unlock);
      opened.close();
      setChime(null);
      setState('off');
    };
  }, [isWanted]);
  useEffect(() => {
    if (chime === null) return;
    const sound = () => {
      const due = dueTone({ board, interruption, acknowledged, now: ticker.now() });
      if (due === null || due === played.current || chime.state() !== 'ready') return;
      played.current = due;
      chime.play(board.sound?.volume ?? 0);
    };
    sound();
    return ticker.subscribe(sound);
  }, [chime, board, interruption, acknowledged, ticker]);
  return state;
}

function newContext(): AudioContext | null {
  return 'AudioContext' in window ? new AudioContext() : null;
}
