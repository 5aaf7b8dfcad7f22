/**
 * Refresh tokens that were good once and are used up, with those that came in their place: where the rest of an answer
 * failed, the asker still holds the old one, and using it twice would end the person's standing. Bounded, in memory.
 */
import { createHash } from 'node:crypto';

export interface Rotations {
  /** The token to use now. */
  newestOf(token: string): string;
  /** `token` was used, and `next` is good from now on. */
  rotated(token: string, next: string): void;
  /** Its holder has the newest one. */
  settled(token: string): void;
}

/** Many more than can fail within the minutes until they are asked again. Full, the oldest goes. */
const MAX_HELD = 2_000;

export function createRotations(): Rotations {
  const held = new Map<string, string>();
  return {
    newestOf: (token) => held.get(keyOf(token)) ?? token,
    rotated(token, next) {
      const key = keyOf(token);
      held.delete(key);
      held.set(key, next);
      const [oldest] = held.keys();
      if (held.size > MAX_HELD && oldest !== undefined) held.delete(oldest);
    },
    settled: (token) => void held.delete(keyOf(token)),
  };
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
