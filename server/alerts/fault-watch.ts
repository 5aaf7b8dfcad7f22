/**
 * Watches for faults that callers follow, minute by minute (`fault-detector`): new alerts in the minute in which they
 * were raised, offered calls as the board shows them. Where a queue's figures are stale its minute is not known, and
 * counts as the one before: what comes back all at once is no rise. A minute is looked at once the link to the broker
 * lives and what the broker kept has come, so that neither an outage nor its end looks like one either. After a start
 * it goes through the last hours first: the stored alerts, and the board's half hours once they are known.
 */
import type { Fault } from '../../lib/contracts/alert';
import type { Cancel, Clock } from '../runtime/clock';
import { AlertMinutes, lateCause } from './alert-minutes';
import type { FaultSource, PlacedAlert } from './alerts';
import { CallMinutes, type HalfHourCalls, type OfferedByQueue, PastCalls } from './call-minutes';
import { SEES_AFTER_MINUTES } from './device-alarm';
import { type DetectedFault, FaultDetector } from './fault-detector';
import { historyBegin, readPast } from './fault-history';

/** What the board knows of a queue's offered calls. */
export interface FaultCalls {
  /** Since the start of the day; `null`: stale, or not known yet; `undefined`: there is no such queue. */
  readonly offered: (queueId: string) => number | null | undefined;
  /** Of the half hours of today, the running one too. */
  readonly halfHours: (queueId: string) => readonly HalfHourCalls[];
  readonly queueName: (queueId: string) => string;
}

export interface FaultWatchOptions extends FaultCalls {
  readonly clock: Clock;
  readonly onRaised: (listener: (raised: readonly PlacedAlert[]) => void) => () => void;
  /** Stored alerts that were raised at that moment or later, the newest first. */
  readonly past: (since: number) => AsyncIterable<readonly PlacedAlert[]>;
  /** Queues that devices may belong to. */
  readonly queueIds: () => Iterable<string>;
}

const MINUTE_MS = 60_000;
const TICK_MS = 1_000;
const HISTORY_MINUTES = 360;
/** What the broker kept has come when nothing late did for so long; it is not waited for longer than that. */
const QUIET_MS = 2_000;
const SETTLES_WITHIN_MS = 30_000;
const LATE_MS = 2 * MINUTE_MS;
/** How long the board's figures are waited for after the start; without them there is no history of calls. */
const CALLS_WITHIN_MS = 2 * MINUTE_MS;
/** Of a time away that short nothing need be known. */
const BRIDGED_MS = 10 * MINUTE_MS;
/** Faults are shown for so long after the last minute that was looked at. */
const SHOWN_MINUTES = 15;
/** One run through minutes before others get their turn. */
const SLICE_MS = 20;

export class FaultWatch implements FaultSource {
  readonly #options: FaultWatchOptions;
  readonly #stops: Cancel[] = [];
  readonly #calls = new CallMinutes();
  #alerts = new AlertMinutes();
  #detector = new FaultDetector();
  #faults: readonly Fault[] = [];
  /** All minutes that are over were looked at, and since then not too long ago. */
  #isCaughtUp = false;
  /** Minutes before it count for nothing. */
  #begin = 0;
  /** As `#begin`, of calls. */
  #callsBegin = 0;
  /** The last minute that was looked at; `null`: it is not known yet where to begin. */
  #through: number | null = null;
  /** Offered calls of minutes up to `until` (exclusive). */
  #past: { readonly calls: PastCalls; readonly until: number } | null = null;
  /** Epoch ms: calls before are known by half hours only. */
  #sampledFrom = 0;
  /** The running minute, when it was looked at last. */
  #minute = 0;
  /** This and the two of the link by the monotonic clock; `null`: the link is away. */
  #startedAt = 0;
  #liveSince: number | null = null;
  #lateAt = Number.NEGATIVE_INFINITY;
  /** Epoch ms of the last sign of life from before. */
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(options: FaultWatchOptions) {
    this.#options = options;
  }

  /** Reads what is stored. To be called once, before alerts are taken. */
  async start(): Promise<void> {
    const { clock, past, onRaised } = this.#options;
    this.#startedAt = clock.monotonicNow();
    this.#minute = minuteOf(clock.now());
    const read = await readPast(past((this.#minute - HISTORY_MINUTES) * MINUTE_MS));
    this.#alerts = read.alerts;
    this.#begin = Math.max(this.#minute - HISTORY_MINUTES, read.begin);
    this.#heardAt = read.heardAt;
    this.#stops.push(
      onRaised((raised) => {
        for (const one of raised) this.#hear(one);
      }),
      clock.every(TICK_MS, () => this.#tick()),
    );
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** The link to the broker lives. `isKept`: the broker has kept what came while it was away. */
  live(isKept: boolean): void {
    const { clock } = this.#options;
    const now = clock.now();
    // Of a long time that nobody kept nothing is known: not that all was quiet.
    if (!isKept && now - this.#heardAt > BRIDGED_MS) this.#beginAnew(minuteOf(now));
    this.#liveSince = clock.monotonicNow();
  }

  /** The link is away; `heardAt`: the last sign of life (epoch ms). */
  lost(heardAt: number): void {
    this.#liveSince = null;
    this.#heardAt = Math.max(this.#heardAt, heardAt);
  }

  faults(): readonly Fault[] {
    return this.#faults;
  }

  isWhole(): boolean {
    if (this.#through === null || !this.#isCaughtUp) return false;
    const since = Math.max(this.#begin, this.#callsBegin);
    return this.#through + 1 - since >= SEES_AFTER_MINUTES;
  }

  #hear(placed: PlacedAlert): void {
    const { raisedAt, receivedAt } = placed.alert;
    const minute = minuteOf(raisedAt);
    this.#heardAt = Math.max(this.#heardAt, receivedAt);
    if (receivedAt - raisedAt > LATE_MS) this.#lateAt = this.#options.clock.monotonicNow();
    if (minute < this.#begin) return;
    if (this.#through === null || minute > this.#through) {
      this.#alerts.add(minute, placed);
      return;
    }
    const cause = lateCause(placed);
    if (cause !== null) this.#detector.amend(this.#through - minute, cause);
  }

  #tick(): void {
    const { clock } = this.#options;
    this.#noticeMinute(minuteOf(clock.now()));
    const lag = this.#through === null ? 0 : this.#minute - 1 - this.#through;
    if (lag > SHOWN_MINUTES) this.#showNothing();
    if (lag > HISTORY_MINUTES) this.#beginAnew(this.#minute);
    if (!this.#isSettled(clock.monotonicNow())) return;
    if (this.#through === null && !this.#prime()) return;
    this.#catchUp();
  }

  #noticeMinute(minute: number): void {
    if (minute < this.#minute) this.#beginAnew(minute); // The clock was set back.
    if (minute > this.#minute && this.#through !== null) this.#calls.sample(minute - 1, this.#offered());
    this.#minute = minute;
  }

  #isSettled(now: number): boolean {
    if (this.#liveSince === null) return false;
    const forMs = now - this.#liveSince;
    return forMs >= QUIET_MS && (now - this.#lateAt >= QUIET_MS || forMs >= SETTLES_WITHIN_MS);
  }

  /** Where to begin, and with what calls; false: what the board knows is waited for. */
  #prime(): boolean {
    const { clock, offered, halfHours } = this.#options;
    const isWaiting = [...this.#alerts.queueIds()].some((id) => offered(id) === null);
    if (isWaiting && clock.monotonicNow() - this.#startedAt < CALLS_WITHIN_MS) return false;
    const from = Math.max(this.#begin, this.#minute - HISTORY_MINUTES);
    this.#begin = historyBegin(this.#alerts, from, this.#minute);
    this.#alerts.forgetBefore(this.#begin);
    this.#through = this.#begin - 1;
    this.#callsBegin = isWaiting ? this.#minute : this.#begin;
    const known = [...this.#offered()];
    const told = known.flatMap(([id, value]) => (value === null ? [] : [[id, halfHours(id)] as const]));
    this.#past = { calls: new PastCalls(told, clock.now()), until: this.#minute };
    this.#sampledFrom = this.#minute * MINUTE_MS;
    this.#calls.begin(this.#minute - 1, known);
    return true;
  }

  #beginAnew(minute: number): void {
    this.#detector = new FaultDetector();
    this.#alerts = new AlertMinutes();
    this.#showNothing();
    this.#begin = minute;
    this.#through = null;
  }

  #showNothing(): void {
    this.#faults = [];
    this.#isCaughtUp = false;
  }

  #catchUp(): void {
    const { clock, queueName } = this.#options;
    const since = clock.monotonicNow();
    const before = this.#through;
    for (let minute = (before ?? 0) + 1; minute < this.#minute; minute += 1) {
      const offered =
        this.#past !== null && minute < this.#past.until
          ? this.#past.calls.at(minute)
          : this.#calls.take(minute);
      this.#detector.step({ at: minute * MINUTE_MS, causes: this.#alerts.take(minute), offered });
      this.#through = minute;
      if (clock.monotonicNow() - since >= SLICE_MS) break;
    }
    if (this.#through === before || this.#through !== this.#minute - 1) return;
    this.#past = null;
    this.#isCaughtUp = true;
    this.#faults = this.#detector
      .faults()
      .map((fault) => shown(fault, queueName(fault.queueId), this.#sampledFrom));
  }

  *#offered(): OfferedByQueue {
    for (const id of this.#options.queueIds()) {
      const offered = this.#options.offered(id);
      if (offered !== undefined) yield [id, offered];
    }
  }
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS);
}

/** A rise in half hours that were spread over their minutes has no minute of its own. */
function shown(fault: DetectedFault, queueName: string, sampledFrom: number): Fault {
  const { alertsSince, callsSince } = fault;
  const common = { ...fault, queueName, site: null };
  if (callsSince < sampledFrom) return { ...common, callsSince: sampledFrom, leadMinutes: null };
  return { ...common, leadMinutes: Math.round((callsSince - alertsSince) / MINUTE_MS) };
}
