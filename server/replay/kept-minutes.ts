/**
 * Minutes of trends, kept so that a restart does not begin the day anew: taken down as they are announced, given back
 * at the start. Bounded; where they wait too long to be stored the oldest go.
 */
import type { TrendPoint } from '../../lib/contracts/push';

/** As far back as a screen shows them. */
export const MINUTES_KEPT_MS = 240 * 60_000;
const MOST_WAITING = 20_000;

export class KeptMinutes {
  /** By trend and minute. */
  #waiting = new Map<string, TrendPoint>();

  take(points: readonly TrendPoint[]): void {
    for (const point of points) {
      if (!point.trend.endsWith('#minute')) continue;
      const key = `${point.trend}@${point.at}`;
      this.#waiting.delete(key);
      this.#waiting.set(key, point);
    }
    for (const key of this.#waiting.keys()) {
      if (this.#waiting.size <= MOST_WAITING) return;
      this.#waiting.delete(key);
    }
  }

  drain(): readonly TrendPoint[] {
    const drained = [...this.#waiting.values()];
    this.#waiting = new Map();
    return drained;
  }
}
