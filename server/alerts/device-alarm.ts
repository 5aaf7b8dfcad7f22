/**
 * Whether devices that have a cause in common raise more alerts than they usually do. Pure; one step a minute.
 * Usual is their own mean of the two hours before the last ten minutes. Risen: the last ten minutes hold five devices
 * or more, 2.5 times usual, and four standard deviations above it (Poisson, and 30 % for what a rate wanders). From
 * then on usual stays what it was, until ten minutes in a row hold less than 1.5 times usual.
 */
import { deviations, MinuteRing } from './minute-ring';

export interface DeviceMinute {
  readonly raised: number;
  readonly deviceIds: readonly string[];
}

export interface DeviceRise {
  /** Minutes since the first minute above usual. */
  readonly sinceMinutes: number;
  readonly devices: number;
  readonly timesUsual: number;
  /** In standard deviations, of all since it began, half an hour at most. */
  readonly strength: number;
}

const WINDOW = 10;
const HISTORY = 120;
const LEAST_HISTORY = 30;
/** In fewer no rise can be seen. */
export const SEES_AFTER_MINUTES = LEAST_HISTORY + WINDOW;
const LEAST_DEVICES = 5;
const TIMES = 2.5;
const TIMES_OVER = 1.5;
const DEVIATIONS = 3.5;
const STRENGTH_MINUTES = 30;
const WANDER = 0.3;
/** Half an alert in two hours: nothing is usual of which nothing was ever heard. */
const LEAST_RATE = 0.5 / HISTORY;
const MAX_DEVICES = 10_000;

export class DeviceAlarm {
  readonly #ring = new MinuteRing(HISTORY + WINDOW);
  readonly #recent: (readonly string[])[] = [];
  readonly #risen = new Set<string>();
  #usual: number | null = null;
  #since = 0;
  #calm = 0;
  #quiet = 0;

  /** Minutes in which nothing was raised, in a row. */
  get quietMinutes(): number {
    return this.#quiet;
  }

  /** `knownMinutes`: how long one has been listening: silence before is history too. */
  constructor(knownMinutes: number) {
    for (let minute = 0; minute < Math.min(knownMinutes, HISTORY + WINDOW); minute += 1) this.#ring.push(0);
  }

  /** The next minute. `null`: as usual. */
  step({ raised, deviceIds }: DeviceMinute): DeviceRise | null {
    this.#ring.push(raised);
    this.#quiet = raised === 0 ? this.#quiet + 1 : 0;
    this.#recent.push(deviceIds);
    if (this.#recent.length > WINDOW) this.#recent.shift();
    if (this.#usual === null) this.#rise();
    else this.#go();
    if (this.#usual === null) return null;
    for (const id of deviceIds) if (this.#risen.size < MAX_DEVICES) this.#risen.add(id);
    const usual = this.#usual;
    const minutes = Math.min(this.#since + 1, STRENGTH_MINUTES);
    return {
      sinceMinutes: this.#since,
      devices: this.#risen.size,
      timesUsual: this.#ring.sum(0, WINDOW) / WINDOW / usual,
      strength: deviations(this.#ring.sum(0, minutes), usual * minutes, WANDER),
    };
  }

  /** Raised `back` minutes ago (0: in the last minute), and heard only now. */
  amend(back: number, { raised, deviceIds }: DeviceMinute): void {
    this.#ring.add(back, raised);
    const place = this.#recent.length - 1 - back;
    const recent = this.#recent[place];
    if (recent !== undefined) this.#recent[place] = [...recent, ...deviceIds];
    if (raised > 0) this.#quiet = Math.min(this.#quiet, back);
    if (this.#usual === null || back > this.#since) return;
    for (const id of deviceIds) if (this.#risen.size < MAX_DEVICES) this.#risen.add(id);
  }

  #rise(): void {
    const mean = this.#ring.mean(WINDOW, HISTORY + WINDOW, LEAST_HISTORY);
    if (mean === null) return;
    const usual = Math.max(mean, LEAST_RATE);
    const expected = usual * WINDOW;
    const count = this.#ring.sum(0, WINDOW);
    if (count < TIMES * expected || deviations(count, expected, WANDER) < DEVIATIONS) return;
    const devices = new Set(this.#recent.flat());
    if (devices.size < LEAST_DEVICES) return;
    for (const id of devices) this.#risen.add(id);
    this.#usual = usual;
    this.#since = this.#firstAbove(usual);
    this.#calm = 0;
  }

  #go(): void {
    this.#since += 1;
    const isOver = this.#ring.sum(0, WINDOW) < TIMES_OVER * (this.#usual ?? 0) * WINDOW;
    this.#calm = isOver ? this.#calm + 1 : 0;
    if (this.#calm < WINDOW) return;
    this.#usual = null;
    this.#risen.clear();
  }

  /** Minutes back to the first of the window that is clearly above usual. */
  #firstAbove(usual: number): number {
    for (let back = WINDOW - 1; back > 0; back -= 1)
      if (this.#ring.at(back) > Math.max(1, 2 * usual)) return back;
    return 0;
  }
}
