/**
 * Tells boards that have a panel of devices how many there are by site: the whole of it as one frame for all, after
 * their snapshot and when it is another, at most every few seconds. It is counted only while such a board is shown. A
 * screen that has not read what was sent before is passed over and gets the newest when it reads again.
 */
import type { Board } from '../../lib/contracts/board';
import { SITES_EVENT, type SitesFrame } from '../../lib/contracts/site-counts';
import type { AlertDesk } from '../alerts/desk';
import type { Cancel, Clock } from '../runtime/clock';
import { type PreparedFrame, prepareFrame } from './frame';
import type { Screen } from './screen';

/** Devices come and go in crowds: counting them all is not done more often. */
export const COUNT_EVERY_MS = 3_000;

export type SiteDesk = Pick<AlertDesk, 'siteCounts'>;

export interface SiteTellerOptions {
  readonly desk: SiteDesk | null;
  readonly clock: Clock;
  /** The board as it is now; `null`: there is none. */
  readonly board: (boardId: string) => Board | null;
}

interface Reader {
  readonly boardId: string;
  told: PreparedFrame | null;
}

export class SiteTeller {
  readonly #options: SiteTellerOptions;
  readonly #readers = new Map<Screen, Reader>();
  #newest: { readonly text: string; readonly frame: PreparedFrame } | null = null;
  #next: Cancel | null = null;

  constructor(options: SiteTellerOptions) {
    this.#options = options;
  }

  /** After its snapshot was handed over. */
  add(screen: Screen, boardId: string): void {
    if (this.#options.desk === null) return;
    this.#readers.set(screen, { boardId, told: null });
    if (this.#next === null) this.#count();
    else if (this.#newest !== null) this.#tell(screen, this.#newest.frame);
  }

  remove(screen: Screen): void {
    this.#readers.delete(screen);
    if (this.#readers.size === 0) this.#rest();
  }

  close(): void {
    this.#readers.clear();
    this.#rest();
  }

  #rest(): void {
    this.#next?.();
    this.#next = null;
    this.#newest = null;
  }

  #count(): void {
    const { clock, desk } = this.#options;
    this.#next = clock.after(COUNT_EVERY_MS, () => this.#count());
    const shown = new Set([...this.#readers.values()].map(({ boardId }) => boardId));
    if (desk === null || ![...shown].some((boardId) => this.#hasPanel(boardId))) return;
    const { sites, more } = desk.siteCounts();
    const text = JSON.stringify([sites, more]);
    if (this.#newest?.text !== text) {
      const content: SitesFrame = { serverTime: clock.now(), sites: [...sites], more };
      this.#newest = { text, frame: prepareFrame(SITES_EVENT, JSON.stringify(content)) };
    }
    for (const screen of this.#readers.keys()) this.#tell(screen, this.#newest.frame);
  }

  #tell(screen: Screen, frame: PreparedFrame): void {
    const reader = this.#readers.get(screen);
    if (reader === undefined || reader.told === frame || !this.#hasPanel(reader.boardId)) return;
    if (screen.deliver(frame)) reader.told = frame;
  }

  #hasPanel(boardId: string): boolean {
    const board = this.#options.board(boardId);
    return board?.pages.some((page) => page.devices !== undefined) ?? false;
  }
}
