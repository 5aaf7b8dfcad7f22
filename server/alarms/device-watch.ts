/**
 * Sees groups of devices and faults for the book of alarms: only when something of them is another, and after a start
 * only when their desk has had time to read what it knew.
 */
import type { Board } from '../../lib/contracts/board';
import type { AlertDesk } from '../alerts/desk';
import type { AlarmBook, Devices } from './alarm-book';
import type { Moment } from './alarm-state';
import { devicesFrom } from './board-list';

interface Seen extends Devices {
  readonly from: number;
}

type Desk = Pick<AlertDesk, 'groups' | 'knownFaults' | 'hasPicture'>;

export class DeviceWatch {
  readonly #desk: Desk | null;
  #seen: Seen | null = null;
  #fromTick = Number.POSITIVE_INFINITY;

  /** `null`: there are no devices here. */
  constructor(desk: Desk | null) {
    this.#desk = desk;
  }

  /** Monotonic ms; before it nothing is seen. */
  openAt(tick: number): void {
    this.#fromTick = tick;
  }

  /** `boards`: those that are watched. Whether something in the book is another. */
  look(book: AlarmBook, boards: readonly Board[], { at, tick }: Moment): boolean {
    if (this.#desk === null || tick < this.#fromTick) return false;
    // Another node's desk that told nothing yet: that there is no group is not known either.
    if (this.#desk.hasPicture?.() === false) return false;
    const from = Math.min(...boards.map(devicesFrom));
    const next: Seen = { groups: this.#desk.groups(), ...this.#desk.knownFaults(), from };
    if (this.#seen !== null && isSame(this.#seen, next)) return false;
    this.#seen = next;
    return book.seeDevices(next, at, from);
  }
}

function isSame(a: Seen, b: Seen): boolean {
  return a.groups === b.groups && a.faults === b.faults && a.isWhole === b.isWhole && a.from === b.from;
}
