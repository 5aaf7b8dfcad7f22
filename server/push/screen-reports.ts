/**
 * What paired screens say of themselves while they are connected: the last report of each, and whether it paints. A
 * browser can hold its socket open for days and show nothing: who paints no more, or says nothing more, is stuck. Knows
 * no sockets; at most one report a screen that has a seat.
 */
import {
  REPORT_EVERY_MS,
  type ScreenReport,
  type ScreenStanding,
  screenReportSchema,
} from '../../lib/contracts/screen-report';
import type { Clock } from '../runtime/clock';

/** Three reports in a row are missing, or what was painted is as old. */
export const STUCK_AFTER_MS = 3 * REPORT_EVERY_MS;

interface Kept {
  /** How many seats the screen has: a page that is loaded anew may come before the old one has gone. */
  seats: number;
  /** By the clock that does not jump. */
  readonly joinedAt: number;
  report: { readonly content: ScreenReport; readonly at: number; readonly receivedAt: number } | null;
}

export class ScreenReports {
  readonly #clock: Pick<Clock, 'now' | 'monotonicNow'>;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Pick<Clock, 'now' | 'monotonicNow'>) {
    this.#clock = clock;
  }

  isConnected(screenId: string): boolean {
    return this.#kept.has(screenId);
  }

  /** It has one seat more. */
  joined(screenId: string): void {
    const kept = this.#kept.get(screenId);
    if (kept === undefined) {
      this.#kept.set(screenId, { seats: 1, joinedAt: this.#clock.monotonicNow(), report: null });
    } else kept.seats += 1;
  }

  /** It has one seat less; with the last one all that it said is gone. */
  left(screenId: string): void {
    const kept = this.#kept.get(screenId);
    if (kept === undefined) return;
    kept.seats -= 1;
    if (kept.seats === 0) this.#kept.delete(screenId);
  }

  /** False: it is no report, or of a screen that has no seat. */
  take(screenId: string, raw: unknown): boolean {
    const kept = this.#kept.get(screenId);
    const parsed = screenReportSchema.safeParse(raw);
    if (kept === undefined || !parsed.success) return false;
    const receivedAt = this.#clock.now();
    kept.report = { content: parsed.data, at: this.#clock.monotonicNow(), receivedAt };
    return true;
  }

  /** `null`: it is not connected. */
  standingOf(screenId: string): ScreenStanding | null {
    const kept = this.#kept.get(screenId);
    if (kept === undefined) return null;
    const now = this.#clock.monotonicNow();
    const { report, joinedAt } = kept;
    if (report === null) {
      return { report: null, receivedAt: null, paintedAt: null, stuck: now - joinedAt > STUCK_AFTER_MS };
    }
    const { painted } = report.content;
    const agoMs = painted === null ? now - joinedAt : now - report.at + painted.agoMs;
    return {
      report: report.content,
      receivedAt: report.receivedAt,
      paintedAt: painted === null ? null : report.receivedAt - painted.agoMs,
      stuck: agoMs > STUCK_AFTER_MS || now - report.at > STUCK_AFTER_MS,
    };
  }
}
