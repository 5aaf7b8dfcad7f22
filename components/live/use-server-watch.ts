'use client';
/** Watches the server by another way than the link, on a screen without hands. */
import { useEffect } from 'react';
import { z } from 'zod';
import { callServer } from '../ui/fetch-json';
import { browserClock } from './clock';
import type { LinkState } from './link-state';
import { ServerWatch } from './server-watch';
import { reloadFor, useLiveStore } from './use-live';

const healthSchema = z.object({ build: z.string().max(100) });

/** The build that the server says it serves; `null`: it does not answer. */
export async function askBuild(): Promise<string | null> {
  const answer = await callServer({ path: '/healthz', schema: healthSchema });
  return answer.ok ? answer.value.content.build : null;
}

export function useServerWatch(): void {
  const store = useLiveStore();
  useEffect(() => {
    const watch = new ServerWatch({
      clock: browserClock,
      ask: askBuild,
      onBuild: (build) => store.builds.note(build),
      onStuck: () => reloadFor('stuck'),
    });
    const follow = () => watch.link(isUp(store.link()));
    const unsubscribe = store.subscribe('link', follow);
    watch.start();
    follow();
    return () => {
      unsubscribe();
      watch.stop();
    };
  }, [store]);
}

/** A refusal is an answer: it came by the link. */
function isUp({ state }: LinkState): boolean {
  return state === 'live' || state === 'refused';
}
