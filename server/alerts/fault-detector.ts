/**
 * Fault and calls together, minute by minute; pure but for its own books. Devices of one product, firmware and sensor,
 * of one queue, rise against their own usual rate (`device-alarm`); from then on their queue is watched, and where its
 * offered calls rise too within 90 minutes (`call-rise`), that is a fault. Neither alone is one. Bounded: 5,000 causes,
 * those that were silent longest go first.
 */
import { type CallRise, callRise, usualCalls } from './call-rise';
import { DeviceAlarm, type DeviceRise } from './device-alarm';
import { MinuteRing } from './minute-ring';

export interface CauseMinute {
  readonly queueId: string;
  readonly product: string | null;
  readonly firmwareVersion: string | null;
  readonly sensorType: string;
  readonly raised: number;
  readonly deviceIds: readonly string[];
}

export interface DetectorMinute {
  /** Epoch ms at which the minute began. */
  readonly at: number;
  /** Only those who raised any. */
  readonly causes: readonly CauseMinute[];
  /** Calls offered in the minute, by queue. */
  readonly offered: ReadonlyMap<string, number>;
}

export interface DetectedFault {
  readonly id: string;
  readonly queueId: string;
  readonly product: string | null;
  readonly firmwareVersion: string | null;
  readonly sensorType: string;
  readonly devices: number;
  readonly alertsTimesUsual: number;
  readonly callsTimesUsual: number;
  /** Epoch ms. */
  readonly alertsSince: number;
  readonly callsSince: number;
  readonly endedAt: number | null;
}

interface Cause {
  readonly traits: Pick<CauseMinute, 'queueId' | 'product' | 'firmwareVersion' | 'sensorType'>;
  readonly alarm: DeviceAlarm;
  /** A minute, before the devices rose; `null`: not risen, or too little is known of the queue. */
  usualCalls: number | null;
  isWatched: boolean;
  fault: DetectedFault | null;
}

const MINUTE_MS = 60_000;
const FOLLOW_WITHIN_MINUTES = 90;
const CALL_HISTORY = 180;
const STILL_TIMES = 2.5;
const LEAST_STRENGTH = 4;
/** Of both together: the surer the one, the less is asked of the other. */
const STRENGTH_TOGETHER = 7;
const MAX_CAUSES = 5_000;
const FORGET_AFTER_MINUTES = 24 * 60;
const SHOWN_AFTER_END_MS = 15 * MINUTE_MS;

export class FaultDetector {
  readonly #causes = new Map<string, Cause>();
  readonly #calls = new Map<string, MinuteRing>();
  #minutes = 0;
  #now = 0;

  /** The next minute; none may be left out. */
  step(minute: DetectorMinute): void {
    this.#now = minute.at + MINUTE_MS;
    this.#countCalls(minute.offered);
    const spoken = new Map<string, CauseMinute>();
    for (const cause of minute.causes) {
      const key = keyOf(cause);
      spoken.set(key, cause);
      if (!this.#causes.has(key)) this.#learn(key, cause);
    }
    for (const [key, cause] of this.#causes) this.#follow(key, cause, spoken.get(key));
    this.#minutes += 1;
  }

  /** Alerts of a minute that was stepped already, `back` minutes ago (0: the last), which came late. */
  amend(back: number, late: CauseMinute): void {
    const key = keyOf(late);
    if (!this.#causes.has(key)) this.#learn(key, late);
    this.#causes.get(key)?.alarm.amend(back, late);
  }

  /** Those that last, and those that ended a quarter of an hour ago at most; the newest first. */
  faults(): readonly DetectedFault[] {
    const all = [...this.#causes.values()].flatMap(({ fault }) => fault ?? []);
    const isShown = ({ endedAt }: DetectedFault) =>
      endedAt === null || this.#now - endedAt < SHOWN_AFTER_END_MS;
    return all.filter(isShown).sort((a, b) => b.callsSince - a.callsSince);
  }

  #countCalls(offered: ReadonlyMap<string, number>): void {
    for (const id of offered.keys())
      if (!this.#calls.has(id)) this.#calls.set(id, new MinuteRing(CALL_HISTORY));
    for (const [id, ring] of this.#calls) ring.push(offered.get(id) ?? 0);
  }

  #learn(key: string, { queueId, product, firmwareVersion, sensorType }: CauseMinute): void {
    if (this.#causes.size >= MAX_CAUSES) this.#forgetOne();
    const traits = { queueId, product, firmwareVersion, sensorType };
    const alarm = new DeviceAlarm(this.#minutes);
    this.#causes.set(key, { traits, alarm, usualCalls: null, isWatched: false, fault: null });
  }

  #forgetOne(): void {
    let silent: string | null = null;
    let longest = -1;
    for (const [key, { alarm, fault }] of this.#causes) {
      if (fault !== null && fault.endedAt === null) continue;
      if (alarm.quietMinutes <= longest) continue;
      longest = alarm.quietMinutes;
      silent = key;
    }
    if (silent !== null) this.#causes.delete(silent);
  }

  #follow(key: string, cause: Cause, minute: CauseMinute | undefined): void {
    const rise = cause.alarm.step(minute ?? SILENT);
    if (rise === null) this.#calmed(key, cause);
    else this.#risen(cause, rise);
  }

  #calmed(key: string, cause: Cause): void {
    cause.isWatched = false;
    if (cause.fault?.endedAt === null) cause.fault = { ...cause.fault, endedAt: this.#now };
    if (cause.alarm.quietMinutes > FORGET_AFTER_MINUTES) this.#causes.delete(key);
  }

  #risen(cause: Cause, rise: DeviceRise): void {
    const ring = this.#calls.get(cause.traits.queueId);
    if (ring === undefined) return;
    if (!cause.isWatched) {
      cause.isWatched = true;
      cause.usualCalls = usualCalls(ring, rise.sinceMinutes + 1);
    }
    if (cause.usualCalls === null) return;
    const isOld = rise.sinceMinutes > FOLLOW_WITHIN_MINUTES;
    const held = cause.fault?.endedAt === null ? cause.fault : null;
    // What rose for a moment only has brought nobody to call.
    if (held === null && (isOld || rise.timesUsual < STILL_TIMES || rise.strength < LEAST_STRENGTH)) return;
    const calls = callRise(ring, cause.usualCalls, rise.sinceMinutes);
    if (held !== null) cause.fault = grown(held, rise, calls?.timesUsual ?? held.callsTimesUsual);
    else if (calls !== null && rise.strength + calls.strength >= STRENGTH_TOGETHER)
      cause.fault = this.#fault(cause, rise, calls);
  }

  #fault({ traits }: Cause, rise: DeviceRise, calls: CallRise): DetectedFault {
    const alertsSince = this.#now - (rise.sinceMinutes + 1) * MINUTE_MS;
    const callsSince = Math.max(alertsSince, this.#now - (calls.sinceMinutes + 1) * MINUTE_MS);
    return {
      id: `${alertsSince.toString(36)}-${this.#minutes.toString(36)}-${[...this.#causes.keys()].indexOf(keyOf(traits))}`,
      ...traits,
      devices: rise.devices,
      alertsTimesUsual: rise.timesUsual,
      callsTimesUsual: calls.timesUsual,
      alertsSince,
      callsSince,
      endedAt: null,
    };
  }
}

const SILENT = { raised: 0, deviceIds: [] };

function grown(fault: DetectedFault, rise: DeviceRise, callsTimesUsual: number): DetectedFault {
  return { ...fault, devices: rise.devices, alertsTimesUsual: rise.timesUsual, callsTimesUsual };
}

function keyOf({ queueId, product, firmwareVersion, sensorType }: Cause['traits']): string {
  return JSON.stringify([queueId, product, firmwareVersion, sensorType]);
}
