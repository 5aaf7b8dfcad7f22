/** When the day started in each zone: Intl is asked once a day and zone, not once an event. */
import { dayStart, nextDayStart } from './day';

interface Day {
  readonly start: number;
  readonly end: number;
}

export interface DayCalendar {
  /** Epoch ms of the first moment of the day that holds `now`. */
  startOf(now: number, timeZone: string): number;
}

export function createDayCalendar(): DayCalendar {
  const days = new Map<string, Day>();
  return {
    startOf(now, timeZone) {
      const held = days.get(timeZone);
      if (held !== undefined && now >= held.start && now < held.end) return held.start;
      const day = { start: dayStart(now, timeZone), end: nextDayStart(now, timeZone) };
      days.set(timeZone, day);
      return day.start;
    },
  };
}
