/**
 * How long a window of the transcript is: 5 s while the target takes all, 10, 20, then 40 s where it asks for less or
 * answers too slowly, and back a step after each calm minute. Pure; times are monotonic ms.
 */
export interface Pace {
  /** Index into `WINDOWS_MS`. */
  readonly level: number;
  /** When it last became slower, or was still in trouble; calm is counted from here. */
  readonly troubledAt: number;
  readonly slowedAt: number;
}

export const WINDOWS_MS = [5_000, 10_000, 20_000, 40_000] as const;
export const CALM_MS = 60_000;
export const AT_EASE: Pace = { level: 0, troubledAt: 0, slowedAt: Number.NEGATIVE_INFINITY };

export function windowMsOf({ level }: Pace): number {
  return WINDOWS_MS[level] ?? WINDOWS_MS[0];
}

/**
 * The target wants less. Several who hear it at once are one step: the next one comes only when a window of the length
 * that was chosen before has passed.
 */
export function slowed(pace: Pace, now: number): Pace {
  const isNews = now - pace.slowedAt >= windowMsOf(pace);
  const level = Math.min(pace.level + (isNews ? 1 : 0), WINDOWS_MS.length - 1);
  return { level, troubledAt: now, slowedAt: level > pace.level ? now : pace.slowedAt };
}

/** A step back for each minute without trouble. */
export function calmed(pace: Pace, now: number): Pace {
  const steps = Math.min(pace.level, Math.floor((now - pace.troubledAt) / CALM_MS));
  if (steps <= 0) return pace;
  return { ...pace, level: pace.level - steps, troubledAt: pace.troubledAt + steps * CALM_MS };
}
