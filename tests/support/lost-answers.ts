/** A link to Redis whose answers can be lost, after what was asked was done. */
import { err } from '../../lib/result';
import type { RedisLink } from '../../server/redis/redis-link';

export interface LossyLink extends RedisLink {
  /** So many answers of scripts to come. */
  lose(count: number): void;
  /** How long each answer of a script was, in words. */
  readonly lengths: number[];
}

export function lossyLink(link: RedisLink): LossyLink {
  let toLose = 0;
  const lengths: number[] = [];
  return {
    ...link,
    lengths,
    lose(count) {
      toLose = count;
    },
    async run(...given) {
      const answer = await link.run(...given);
      lengths.push(answer.ok && Array.isArray(answer.value) ? answer.value.length : 1);
      if (toLose === 0) return answer;
      toLose -= 1;
      return err({ kind: 'away', message: 'Command timed out' });
    },
  };
}
