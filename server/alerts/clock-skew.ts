/**
 * Which clocks of devices are believed. Messages may come late, since the broker keeps them while we or the device are
 * away: a day is normal. Nothing comes before it was sent: a minute is what badly set clocks differ by.
 */
export const MAX_AHEAD_MS = 60_000;
export const MAX_BEHIND_MS = 24 * 3_600_000;

export interface BelievedTime {
  /** Epoch ms: the device's time where that is believable, else when it came. */
  readonly at: number;
  /** How far the device is ahead (> 0) or behind, in ms; `null`: it is believed. */
  readonly clockSkewMs: number | null;
}

export function believedTime(deviceTime: number, receivedAt: number): BelievedTime {
  const ahead = deviceTime - receivedAt;
  if (ahead > MAX_AHEAD_MS || ahead < -MAX_BEHIND_MS) return { at: receivedAt, clockSkewMs: ahead };
  return { at: deviceTime, clockSkewMs: null };
}
