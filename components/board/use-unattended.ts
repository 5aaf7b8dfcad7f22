'use client';
/** What a screen without hands needs: no cursor after three seconds, no sleep, and how large the screen is. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { browserClock, type Cancel } from '../live/clock';
import type { Viewport } from './scale';

const CURSOR_MS = 3_000;

/** Whether the cursor is to be hidden: from three seconds after it last moved. */
export function useIdleCursor(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    let cancel: Cancel = () => undefined;
    const move = () => {
      cancel();
      setIdle(false);
      cancel = browserClock.after(CURSOR_MS, () => setIdle(true));
    };
    move();
    window.addEventListener('pointermove', move);
    return () => {
      cancel();
      window.removeEventListener('pointermove', move);
    };
  }, []);
  return idle;
}

/** Keeps the screen awake where the browser can; asked again whenever the page is seen again. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let ended = false;
    const ask = async () => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
      try {
        const got = await navigator.wakeLock.request('screen');
        if (ended) await got.release();
        else lock = got;
      } catch {
        // Refused, for instance on battery: the screen's own settings decide.
      }
    };
    void ask();
    document.addEventListener('visibilitychange', ask);
    return () => {
      ended = true;
      document.removeEventListener('visibilitychange', ask);
      void lock?.release().catch(() => undefined);
    };
  }, []);
}

const FULL_HD: Viewport = { width: 1920, height: 1080 };
let viewport: Viewport = FULL_HD;

function readViewport(): Viewport {
  const { innerWidth: width, innerHeight: height } = window;
  if (width !== viewport.width || height !== viewport.height) viewport = { width, height };
  return viewport;
}

function onResize(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}

/** CSS pixels of the window; on the server a full-HD screen. */
export function useViewport(): Viewport {
  return useSyncExternalStore(onResize, readViewport, () => FULL_HD);
}
