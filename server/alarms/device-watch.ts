/**
 * Sees groups of devices and faults for the book of alarms: only when something of them is another, and after a start
 * only when their desk has had time to read what it knew.
 */
import type { AlertGroup, Fault } from '../../lib/contracts/alert';
import type { Board } from '../../lib/contracts/board';
import type { AlertDesk } from '../alerts/desk';
import type { AlarmBook } from './alarm-book';
import type { Moment } from './alarm-state';
import { devicesFrom } from './board-list';

interface Seen {
  readonly groups: readonly AlertGroup[];
  readonly faults: readonly Fault[];
  readonly from: number;
}

export class DeviceWatch {
  readonly #desk: Pick<AlertDesk, 'frame' | 'groups'> | null;
  #seen: Seen | null = null;
  #fromTick = Number.POSITIVE_INFINITY;

  /** `null`: there are no devices here. */
  constructor(desk: Pick<AlertDesk, 'frame' | 'groups'> | null) {
    this.#desk = desk;
  }

  /** Monotonic ms; before it nothing is seen. */
  openAt(tick: number): void {
    this.#fromTick = tick;
  }

  /** `boards`: those that are watched. Whether something in the book is another. */
  look(book: AlarmBook, boards: readonly Board[], { at, tick }: Moment): boolean {
    if (this.#desk === null || tick < this.#fromTick) return false;
    const from = Math.min(...boards.map(devicesFrom));
    const next: Seen = { groups: this.#desk.groups(), faults: this.#desk.frame().faults, from };
    const seen = this.#seen;
    if (seen?.groups === next.groups && seen.faults === next.faults && seen.from === from) return false;
    this.#seen = next;
    return book.seeDevices(next, at, from);
  }
}
