/**
 * Counts the comparisons in constant time that a piece of work makes: as many, whatever is right or wrong, means that
 * its duration tells nothing. Node's own function stays in its place and does its work.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

export async function comparisonsIn(work: () => unknown): Promise<number> {
  const real = crypto.timingSafeEqual;
  let count = 0;
  crypto.timingSafeEqual = (a, b) => {
    count += 1;
    return real(a, b);
  };
  syncBuiltinESMExports();
  try {
    await work();
    return count;
  } finally {
    crypto.timingSafeEqual = real;
    syncBuiltinESMExports();
  }
}
