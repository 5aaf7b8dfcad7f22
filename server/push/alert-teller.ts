/**
 * Tells screens of devices' alerts: the whole of it, as one frame for all, once after the snapshot and again when it
 * is another. A screen that has not read what was sent before is passed over and gets the newest when it reads again:
 * nothing piles up.
 */
import type { AlertsFrame } from '../../lib/contracts/alert';
import { ALERTS_EVENT } from '../../lib/contracts/push';
import type { AlertDesk } from '../alerts/desk';
import type { Cancel, Clock } from '../runtime/clock';
import { type PreparedFrame, prepareFrame } from './frame';
import type { Screen } from './screen';

/** How soon a screen that was busy is tried again. */
const TRY_AGAIN_MS = 250;

export class AlertTeller {
  readonly #desk: Pick<AlertDesk, 'frame' | 'subscribe'> | null;
  readonly #clock: Clock;
  /** What each screen was told last. */
  readonly #told = new Map<Screen, PreparedFrame | null>();
  readonly #unsubscribe: () => void;
  #newest: { readonly of: object; readonly frame: PreparedFrame } | null = null;
  #again: Cancel | null = null;

  /** `desk` null: there are no devices here, and nothing is ever told. */
  constructor(desk: Pick<AlertDesk, 'frame' | 'subscribe'> | null, clock: Clock) {
    this.#desk = desk;
    this.#clock = clock;
    this.#unsubscribe = desk?.subscribe(() => this.#tellAll()) ?? (() => {});
  }

  /** After its snapshot was handed over. */
  add(screen: Screen): void {
    if (this.#desk === null) return;
    this.#told.set(screen, null);
    this.#tellAll();
  }

  remove(screen: Screen): void {
    this.#told.delete(screen);
  }

  close(): void {
    this.#unsubscribe();
    this.#again?.();
    this.#told.clear();
  }

  #tellAll(): void {
    this.#again?.();
    this.#again = null;
    const frame = this.#frame();
    if (frame === null) return;
    let isBehind = false;
    for (const [screen, told] of this.#told) {
      if (told === frame) continue;
      if (screen.deliver(frame)) this.#told.set(screen, frame);
      else isBehind = true;
    }
    if (isBehind) this.#again = this.#clock.after(TRY_AGAIN_MS, () => this.#tellAll());
  }

  /** Made once for all screens, as long as the desk shows the same. */
  #frame(): PreparedFrame | null {
    if (this.#desk === null || this.#told.size === 0) return null;
    const shown = this.#desk.frame();
    if (this.#newest?.of !== shown) {
      const content: AlertsFrame = { serverTime: this.#clock.now(), ...shown };
      this.#newest = { of: shown, frame: prepareFrame(ALERTS_EVENT, JSON.stringify(content)) };
    }
    return this.#newest.frame;
  }
}
