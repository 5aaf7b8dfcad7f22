/** Whether what a node shows of the queues is a picture: what it hears of shards is known as a whole. Pure. */
import { type Duty, shardOf } from './duties';
import type { FeedLinks } from './feed-links';

/** Of shards that nobody carries there is nothing to wait for; where nobody carries any there is no picture yet. */
export function hasPicture(
  duties: readonly Duty[],
  links: Pick<FeedLinks, 'isHeard' | 'isSure' | 'liveOf'>,
): boolean {
  const heard = duties.filter((duty) => shardOf(duty) !== null && links.isHeard(duty));
  // Of an owner that has just begun nothing is live: it catches up first.
  return (
    heard.length > 0 &&
    heard.every((duty) => links.isSure(duty)) &&
    heard.some((duty) => links.liveOf(duty).length > 0)
  );
}
