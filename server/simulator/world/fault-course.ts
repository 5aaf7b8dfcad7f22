/**
 * How a fault of devices goes: their alerts rise within minutes, callers follow after a lag, both fall again. Shares of
 * the height that it reaches, by the minutes since it began. Pure.
 */
import type { Random } from '../../runtime/random';
import { between } from './distributions';

export interface FaultCourse {
  /** Until the devices' alerts are at their height. */
  readonly riseMinutes: number;
  /** How long they stay there. */
  readonly plateauMinutes: number;
  /** From the devices' beginning to the callers'. */
  readonly lagMinutes: number;
  /** From the callers' beginning to their peak. */
  readonly callsRiseMinutes: number;
  /** In which what is above usual halves. */
  readonly halfLifeMinutes: number;
}

/** One as they usually go: no two are alike. */
export function drawCourse(random: Random): FaultCourse {
  const whole = (low: number, high: number) => Math.round(between(random, low, high));
  return {
    riseMinutes: whole(2, 5),
    plateauMinutes: whole(45, 90),
    lagMinutes: whole(5, 12),
    callsRiseMinutes: whole(15, 25),
    halfLifeMinutes: whole(15, 30),
  };
}

/** 0..1: 0 before it, 1 on the plateau, then halving; 0 once it is under a hundredth. */
export function alertsHeight(course: FaultCourse, minutes: number): number {
  if (minutes < 0) return 0;
  if (minutes < course.riseMinutes) return minutes / course.riseMinutes;
  return fallen(minutes - course.riseMinutes - course.plateauMinutes, course.halfLifeMinutes);
}

/** 0..1: 0 before the lag is over, 1 at the peak, then halving. */
export function callsHeight(course: FaultCourse, minutes: number): number {
  const since = minutes - course.lagMinutes;
  if (since < 0) return 0;
  if (since < course.callsRiseMinutes) return since / course.callsRiseMinutes;
  return fallen(since - course.callsRiseMinutes, course.halfLifeMinutes);
}

/** Minutes from its beginning to the callers' peak. */
export function peakAfterMinutes(course: FaultCourse): number {
  return course.lagMinutes + course.callsRiseMinutes;
}

/** Minutes after which nothing of it is left. */
export function endsAfterMinutes(course: FaultCourse): number {
  const fall = course.halfLifeMinutes * Math.log2(1 / NOTHING);
  const alerts = course.riseMinutes + course.plateauMinutes + fall;
  return Math.ceil(Math.max(alerts, peakAfterMinutes(course) + fall));
}

const NOTHING = 0.01;

function fallen(minutes: number, halfLife: number): number {
  if (minutes <= 0) return 1;
  const left = 0.5 ** (minutes / halfLife);
  return left < NOTHING ? 0 : left;
}
