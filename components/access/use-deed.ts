'use client';
/**
 * Something that is done on the server when somebody presses a button: once at a time, its problem in words. A button
 * is `aria-disabled` meanwhile: one that is really disabled loses the keyboard's place on the page.
 */
import { useCallback, useRef, useState } from 'react';
import type { Result } from '../../lib/result';
import type { Problem } from '../ui/fetch-json';

export interface Deed<T> {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  /** Does nothing while something is being done. `onDone` hears of what went well. */
  readonly run: (work: () => Promise<Result<T, Problem>>, onDone: (value: T) => void) => void;
  readonly forget: () => void;
}

export function useDeed<T>(): Deed<T> {
  const [{ isBusy, problem }, setState] = useState<Pick<Deed<T>, 'isBusy' | 'problem'>>(IDLE);
  const isRunning = useRef(false);
  const run = useCallback((work: () => Promise<Result<T, Problem>>, onDone: (value: T) => void) => {
    if (isRunning.current) return;
    isRunning.current = true;
    setState({ isBusy: true, problem: null });
    void work().then((result) => {
      isRunning.current = false;
      setState({ isBusy: false, problem: result.ok ? null : result.error });
      if (result.ok) onDone(result.value);
    });
  }, []);
  const forget = useCallback(() => setState((now) => (now.isBusy ? now : IDLE)), []);
  return { isBusy, problem, run, forget };
}

const IDLE = { isBusy: false, problem: null } as const;
