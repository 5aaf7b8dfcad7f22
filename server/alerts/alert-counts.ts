/**
 * Tells the KPI engine the devices' figures: of owners whose figures changed, whole, at most four times a second, and
 * one last time, with zeros, of an owner that has nothing left. `today` begins anew at midnight of the queue's zone; of
 * sites and of what belongs to no queue at midnight of the default zone.
 */
import { createDayCalendar } from '../../lib/day-calendar';
import type { DeviceFiguresObserved, DeviceSink } from '../kpi/events';
import type { Clock } from '../runtime/clock';
import type { StoredDevice } from '../store/alert-ports';
import { CountBook, type CountBookOptions, type OwnerShare } from './count-book';
import type { LedgerChanges } from './ledger-memory';
import { createPaced } from './paced';
import { countSince, oldestQuarter } from './quarters';

const FLUSH_INTERVAL_MS = 250;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** In which zone each queue's day starts. */
export interface AlertZones {
  /** The default. */
  readonly timeZone: string;
  timeZoneOf(queueId: string): string;
}

export interface AlertCountsOptions extends Omit<CountBookOptions, 'moved'> {
  readonly clock: Clock;
  readonly zones: AlertZones;
  readonly sink: DeviceSink;
}

export interface AlertCounts {
  apply(changes: LedgerChanges): void;
  /** Alerts raised before the start, by device and quarter. */
  restore(
    rows: Iterable<{ readonly deviceId: string; readonly quarter: number; readonly count: number }>,
  ): void;
  place(device: StoredDevice): void;
  /** From here on figures are told, and midnight is noticed. Gives the way to stop it. */
  start(): () => void;
}

type Figures = Omit<DeviceFiguresObserved, 'kind' | 'owner' | 'observedAt' | 'origin'>;

export function createAlertCounts(options: AlertCountsOptions): AlertCounts {
  return new CountTeller(options);
}

class CountTeller implements AlertCounts {
  readonly #options: AlertCountsOptions;
  readonly #book: CountBook;
  readonly #calendar = createDayCalendar();
  readonly #dirty = new Set<OwnerShare>();
  /** What was said last; of who is not in it nothing was said, or zeros. */
  readonly #told = new Map<OwnerShare, Figures>();
  readonly #flushing: ReturnType<typeof createPaced>;
  #isStarted = false;
  #origin: 'backfill' | 'live' = 'backfill';
  #minute = 0;

  constructor(options: AlertCountsOptions) {
    this.#options = options;
    this.#book = new CountBook({ ...options, moved: (share) => this.#note(share) });
    this.#flushing = createPaced(options.clock, FLUSH_INTERVAL_MS, () => this.#flush());
  }

  apply({ devices, alerts, isRestored }: LedgerChanges): void {
    for (const { after } of devices) this.#book.place(after);
    for (const change of alerts) this.#book.change(change, isRestored);
  }

  restore(rows: Parameters<AlertCounts['restore']>[0]): void {
    for (const { deviceId, quarter, count } of rows) this.#book.raised(deviceId, quarter, count);
  }

  place(device: StoredDevice): void {
    this.#book.place(device);
  }

  start(): () => void {
    this.#isStarted = true;
    this.#noticeMinute();
    if (this.#dirty.size > 0) this.#flushing.ask();
    else this.#origin = 'live';
    const cancel = this.#options.clock.every(SECOND_MS, () => this.#noticeMinute());
    return () => {
      this.#isStarted = false;
      cancel();
      this.#flushing.stop();
    };
  }

  #note(share: OwnerShare): void {
    this.#dirty.add(share);
    if (this.#isStarted) this.#flushing.ask();
  }

  /** A day starts on a whole minute, also where the wall clock was set: then every owner is looked at. */
  #noticeMinute(): void {
    const now = this.#options.clock.now();
    const minute = Math.floor(now / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#book.forget(oldestQuarter(now));
    for (const share of this.#told.keys()) this.#note(share);
  }

  #flush(): void {
    const now = this.#options.clock.now();
    const shares = [...this.#dirty];
    this.#dirty.clear();
    for (const share of shares) this.#tell(share, now);
    this.#origin = 'live';
  }

  #tell(share: OwnerShare, now: number): void {
    const figures = this.#figuresOf(share, now);
    const before = this.#told.get(share) ?? NO_FIGURES;
    // One whose day is over may have a today again, when the clock is set back.
    if (isSame(figures, NO_FIGURES) && share.quarters.size === 0) this.#told.delete(share);
    else this.#told.set(share, figures);
    if (isSame(figures, before)) return;
    const { owner } = share;
    this.#options.sink({
      kind: 'deviceFiguresObserved',
      owner,
      observedAt: now,
      origin: this.#origin,
      ...figures,
    });
  }

  #figuresOf({ owner, levels, unacknowledged, offline, quarters }: OwnerShare, now: number): Figures {
    const { zones } = this.#options;
    const zone = owner.kind === 'queue' ? zones.timeZoneOf(owner.queueId) : zones.timeZone;
    return {
      ...levels,
      unacknowledged,
      today: countSince(quarters, this.#calendar.startOf(now, zone)),
      offline,
    };
  }
}

const NO_FIGURES: Figures = { critical: 0, warning: 0, info: 0, unacknowledged: 0, today: 0, offline: 0 };

function isSame(a: Figures, b: Figures): boolean {
  // The keys are those of our own type.
  return (Object.keys(NO_FIGURES) as (keyof Figures)[]).every((key) => a[key] === b[key]);
}
