'use client';
/** Notes what each frame of the browser painted, and has the server told of it where this page is a paired screen. */
import { useEffect, useRef } from 'react';
import type { SoundState } from '../../lib/contracts/screen-report';
import { beforePaint, browserClock, type Cancel } from '../live/clock';
import { PaintReporter } from '../live/paint-reporter';
import { useLiveStore, useTicker } from '../live/use-live';

export interface PaintedView {
  /** Counted from 1. */
  readonly number: number;
  readonly of: number;
}

export function usePaintReport(screenId: string | null, view: PaintedView, sound: SoundState): void {
  const store = useLiveStore();
  const ticker = useTicker();
  const shown = useRef({ view, sound });
  useEffect(() => {
    shown.current = { view, sound };
  });
  useEffect(() => {
    if (screenId === null) return;
    let cancel: Cancel = () => undefined;
    const reporter = new PaintReporter({
      clock: browserClock,
      send: (report) => store.report(report),
      rest: () => ({
        build: store.builds.first(),
        clockOffsetMs: Math.round(store.skewMs()),
        viewport: { width: window.innerWidth, height: window.innerHeight },
        memoryBytes: memoryBytes(),
        sound: shown.current.sound,
      }),
    });
    const painted = () =>
      reporter.painted({
        ...{ position: store.position(), view: shown.current.view },
        ...{ ownAt: browserClock.now(), serverAt: Math.round(store.serverNow()) },
      });
    const next = () => {
      cancel();
      cancel = beforePaint(painted);
      // Also where no frame comes: then that is what there is to say.
      reporter.review();
    };
    const untick = ticker.subscribe(next);
    const unlink = store.subscribe('link', next);
    return () => {
      cancel();
      untick();
      unlink();
      reporter.stop();
    };
  }, [screenId, store, ticker]);
}

/** Only Chromium tells, and only roughly. */
function memoryBytes(): number | null {
  const { memory } = performance as Performance & { readonly memory?: { readonly usedJSHeapSize?: unknown } };
  const used = memory?.usedJSHeapSize;
  return typeof used === 'number' && Number.isFinite(used) ? used : null;
}
