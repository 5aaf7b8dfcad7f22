'use client';
/** One moment of a board, as it is asked for: the last that came stays until the next one is there. */
import { useEffect, useState } from 'react';
import { type Moment, momentSchema } from '../../lib/contracts/replay';
import { callServer, isBarred, type Problem } from '../ui/fetch-json';

export interface AskedMoment {
  readonly moment: Moment | null;
  /** The time that it was asked by. */
  readonly at: number | null;
  readonly problem: Problem | null;
}

const NOTHING: AskedMoment = { moment: null, at: null, problem: null };

/** `at` null: nothing is asked for yet. */
export function useMoment(boardId: string, at: number | null): AskedMoment {
  const [asked, setAsked] = useState(NOTHING);
  useEffect(() => {
    if (at === null) return;
    const { signal, abort } = aborting();
    const ask = async () => {
      const path = `/api/v1/replay/${encodeURIComponent(boardId)}/moment?at=${at}`;
      const answer = await callServer({ path, schema: momentSchema, signal });
      if (signal.aborted) return;
      setAsked((before) => {
        if (answer.ok) return { moment: answer.value.content, at, problem: null };
        const isGone = isBarred(answer.error) || isMissing(answer.error);
        return { moment: isGone ? null : before.moment, at, problem: answer.error };
      });
    };
    void ask();
    return abort;
  }, [boardId, at]);
  return asked;
}

function aborting() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** Nothing of that time is kept. */
export function isMissing(problem: Problem): boolean {
  return problem.kind === 'refused' && problem.status === 404;
}
