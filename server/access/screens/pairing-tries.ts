/** How often codes were tried of late. Pure: `now` is ms of the clock of all who share it. */
import { z } from 'zod';

const WINDOW_MS = 60_000;
/** Of one supervisor, right ones too: nobody types faster. */
export const TRIES_PER_PERSON = 5;
/** Of all together; also how many are remembered. */
export const TRIES_IN_ALL = 60;

/** Oldest first. */
export const triesSchema = z.array(z.object({ who: z.string(), at: z.number() }));
export type Tries = readonly Readonly<z.infer<typeof triesSchema>[number]>[];

/** Counts a try; `waitMs` over 0: it is one too many, not counted, and the next one may be made after that. */
export function countTry(tries: Tries, who: string, now: number): { tries: Tries; waitMs: number } {
  const recent = tries.filter(({ at }) => now - at < WINDOW_MS);
  const own = recent.filter((one) => one.who === who);
  const waitMs = Math.max(waitFor(own, TRIES_PER_PERSON, now), waitFor(recent, TRIES_IN_ALL, now));
  return waitMs > 0 ? { tries: recent, waitMs } : { tries: [...recent, { who, at: now }], waitMs: 0 };
}

function waitFor(tries: Tries, most: number, now: number): number {
  const oldest = tries[tries.length - most];
  return oldest === undefined ? 0 : oldest.at + WINDOW_MS - now;
}
