/** Draws from the distributions that contact centres are described with. Each takes its randomness. */
import type { Random } from '../../runtime/random';

/** Exponential with that mean: times between arrivals, patience. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

/** Log-normal with that mean; `spread` is the standard deviation of its logarithm: handle times. */
export function logNormal(random: Random, mean: number, spread: number): number {
  return mean * Math.exp(spread * normal(random) - (spread * spread) / 2);
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** One of the choices, by weight. The list is not empty. */
export function weighted<T>(random: Random, choices: readonly (readonly [T, number])[], fallback: T): T {
  let left = random() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return fallback;
}

/** How many of something with that mean happen. Above 50 the normal distribution is close enough. */
export function poisson(random: Random, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** Normal with mean 0 and standard deviation 1. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
