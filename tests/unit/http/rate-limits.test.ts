import { describe, expect, it } from 'vitest';
import { type RateClass, RateLimits } from '../../../server/http/rate-limits';

/** How many of `tries` requests at one moment pass. */
function passed(limits: RateLimits, kind: RateClass, client: string, tries: number, now = 0): number {
  let count = 0;
  for (let i = 0; i < tries; i += 1) if (limits.spend(kind, client, now) === 0) count += 1;
  return count;
}

describe('RateLimits', () => {
  it.each([
    ['arrival', 12_000],
    ['known', 600],
    ['nobody', 300],
    ['failed', 60],
    ['heavy', 20],
  ] as const)('SEC-10 %s: %i a minute, evenly refilled, with the wait told', (kind, perMinute) => {
    const limits = new RateLimits();
    expect(passed(limits, kind, 'a', perMinute + 5)).toBe(perMinute);
    const waitMs = limits.spend(kind, 'a', 0);
    expect(waitMs).toBe(Math.ceil(60_000 / perMinute));
    expect(limits.spend(kind, 'a', waitMs)).toBe(0);
    expect(passed(limits, kind, 'a', perMinute + 5, 120_000)).toBe(perMinute);
  });

  it('SEC-85 a site of 200 screens and 100 desks behind one address may load its pages anew and connect at once', () => {
    const limits = new RateLimits();
    // A page with its scripts, styles and fonts, and what its scripts ask; then the upgrade, twice should one fail.
    const arrivals = 300 * (35 + 2 + 2);
    expect(passed(limits, 'arrival', 'site', arrivals)).toBe(arrivals);
  });

  it('SEC-10 clients and classes do not spend each other’s', () => {
    const limits = new RateLimits();
    expect(passed(limits, 'heavy', 'a', 30)).toBe(20);
    expect(passed(limits, 'heavy', 'b', 30)).toBe(20);
    expect(passed(limits, 'known', 'a', 30)).toBe(30);
    expect(passed(limits, 'heavy', '__proto__', 30)).toBe(20);
  });

  it('SEC-10 holds a bounded number of clients: a crowd of new ones shares a bucket, the known keep theirs', () => {
    const limits = new RateLimits(100);
    expect(passed(limits, 'heavy', 'mine', 30)).toBe(20);
    for (let i = 0; i < 10_000; i += 1) limits.spend('heavy', `stranger ${i}`, 0);
    expect(limits.size).toBeLessThanOrEqual(101);
    expect(limits.spend('heavy', 'mine', 0)).toBeGreaterThan(0);
    expect(limits.spend('heavy', 'one more stranger', 0)).toBeGreaterThan(0);
  });

  it('SEC-10 forgets clients that have not asked for long, and then has room again', () => {
    const limits = new RateLimits(100);
    for (let i = 0; i < 10_000; i += 1) limits.spend('heavy', `stranger ${i}`, 0);
    expect(passed(limits, 'heavy', 'a', 30, 61_000)).toBe(20);
    expect(passed(limits, 'heavy', 'b', 30, 61_000)).toBe(20);
    expect(limits.size).toBeLessThanOrEqual(3);
  });
});
