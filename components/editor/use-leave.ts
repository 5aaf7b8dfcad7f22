'use client';
/**
 * The shell of `leave-state`: links of ours and the way back lead through it while something is not saved; the browser
 * asks where the page would go altogether. For the way back an entry stands over the page's own in the history: it is
 * what going back takes away first, and it goes with the page.
 */
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { nextPath } from '../../lib/next-path';
import { type LeaveEvent, type LeaveState, STAYING, standingOf, stepLeave, type Way } from './leave-state';
import { isUnsaved, type SaveState } from './save-state';

export interface Leave {
  readonly state: LeaveState;
  readonly wish: (way: Way) => void;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

export function useLeave(save: SaveState, saveNow: () => void): Leave {
  const router = useRouter();
  const [state, setState] = useState(STAYING);
  const now = useRef({ state, save });
  now.current.save = save;
  const hasEntry = useRef(false);
  const go = useCallback(
    (way: Way) => {
      if (way.kind === 'reload') window.location.reload();
      else if (way.kind === 'back') window.history.back();
      else if (hasEntry.current) router.replace(way.path);
      else router.push(way.path);
    },
    [router],
  );
  const tell = useCallback(
    (event: LeaveEvent) => {
      const step = stepLeave(now.current.state, event);
      now.current.state = step.state;
      setState(step.state);
      for (const effect of step.effects) {
        if (effect.kind === 'go') go(effect.way);
        else saveNow();
      }
    },
    [go, saveNow],
  );
  const wish = useCallback(
    (way: Way) => tell({ kind: 'wished', way, standing: standingOf(now.current.save) }),
    [tell],
  );
  useEffect(() => tell({ kind: 'stood', standing: standingOf(save) }), [save, tell]);
  useEffect(() => {
    const isOpen = () => isUnsaved(now.current.save);
    const ask = (event: BeforeUnloadEvent) => {
      if (isOpen() && now.current.state.state !== 'leaving') event.preventDefault();
    };
    const click = (event: MouseEvent) => {
      const path = isOpen() || hasEntry.current ? pathOfLink(event) : null;
      if (path === null) return;
      event.preventDefault();
      event.stopPropagation();
      wish({ kind: 'path', path });
    };
    const back = () => {
      if (!hasEntry.current) return;
      hasEntry.current = false;
      wish({ kind: 'back' });
    };
    window.addEventListener('beforeunload', ask);
    window.addEventListener('popstate', back);
    document.addEventListener('click', click, true);
    return () => {
      window.removeEventListener('beforeunload', ask);
      window.removeEventListener('popstate', back);
      document.removeEventListener('click', click, true);
    };
  }, [wish]);
  const isHeld = isUnsaved(save) && state.state === 'staying';
  useEffect(() => {
    if (!isHeld || hasEntry.current) return;
    // Without an address: the router takes it for this page.
    window.history.pushState(null, '');
    hasEntry.current = true;
  }, [isHeld]);
  return {
    ...{ state, wish },
    confirm: useCallback(() => tell({ kind: 'confirmed' }), [tell]),
    cancel: useCallback(() => tell({ kind: 'cancelled' }), [tell]),
  };
}

/** Where a plain click on a link of ours would lead from here; `null`: it does not leave. */
function pathOfLink(event: MouseEvent): string | null {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.hasAttribute('download') || link.target === '_blank') return null;
  if (link.origin !== window.location.origin) return null;
  const path = nextPath(link.pathname + link.search);
  return path === window.location.pathname + window.location.search ? null : path;
}
