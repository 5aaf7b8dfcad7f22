/** How busy a made-up day is, hour by hour, as a share of its peak: peaks at 10 and 16 o'clock, a night that is not dead. */
import { zoneOffsetMs } from '../../../lib/day';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Share of the peak at the full hour, local time. */
const BY_HOUR = [
  0.5, 0.45, 0.42, 0.4, 0.42, 0.48, 0.58, 0.72, 0.86, 0.96, 1, 0.98, 0.9, 0.86, 0.9, 0.95, 0.97, 0.92, 0.85,
  0.78, 0.72, 0.66, 0.6, 0.55,
];

/** Share of the peak (0..1] at a moment. */
export type DayCurve = (at: number) => number;

export function createDayCurve(timeZone: string): DayCurve {
  let hour = Number.NaN;
  let offset = 0;
  return (at) => {
    // Asking for the zone's offset is dear, and it changes at most once in hours.
    const now = Math.floor(at / HOUR_MS);
    if (now !== hour) {
      hour = now;
      offset = zoneOffsetMs(at, timeZone);
    }
    const local = (((at + offset) % DAY_MS) + DAY_MS) % DAY_MS;
    const index = Math.floor(local / HOUR_MS);
    const from = BY_HOUR[index] ?? 1;
    const to = BY_HOUR[(index + 1) % 24] ?? 1;
    return from + (to - from) * ((local % HOUR_MS) / HOUR_MS);
  };
}
