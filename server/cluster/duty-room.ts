/**
 * A room that is open on this node while it has the room's duty: opened when it gets it, stopped when it loses it, one
 * after the other however fast that goes. One that cannot be opened is tried again while the duty lasts.
 */
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';

export interface Room {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface DutyRoomOptions<R extends Room> {
  readonly name: string;
  readonly open: () => R | Promise<R>;
  readonly clock: Clock;
  readonly log: Log;
}

const AGAIN_MS = 2_000;

export class DutyRoom<R extends Room> {
  readonly #listeners = new Set<() => void>();
  readonly #options: DutyRoomOptions<R>;
  #current: R | null = null;
  #isWanted = false;
  #last: Promise<void> = Promise.resolve();
  #cancelAgain: Cancel = () => {};

  constructor(options: DutyRoomOptions<R>) {
    this.#options = options;
  }

  /** Started, and not being stopped; `null`: it is not open here. */
  get current(): R | null {
    return this.#current;
  }

  /** Told when `current` is another. */
  subscribe(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** False: it was begun already. */
  begin(): boolean {
    if (this.#isWanted) return false;
    this.#isWanted = true;
    this.#last = this.#last.then(() => this.#open());
    return true;
  }

  /** Resolves when nothing of it is done any more. */
  end(): Promise<void> {
    this.#isWanted = false;
    this.#cancelAgain();
    this.#last = this.#last.then(() => this.#close());
    return this.#last;
  }

  async #open(): Promise<void> {
    const { name, open, clock, log } = this.#options;
    if (!this.#isWanted || this.#current !== null) return;
    let room: R | null = null;
    try {
      room = await open();
      await room.start();
      this.#current = room;
      this.#tell();
    } catch (thrown) {
      log.error('a room could not be opened, and is tried again', { room: name, reason: messageOf(thrown) });
      await stopped(room);
      // The duty may be gone by now.
      if (!this.#isWanted) return;
      this.#cancelAgain = clock.after(AGAIN_MS, () => {
        this.#last = this.#last.then(() => this.#open());
      });
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #close(): Promise<void> {
    const room = this.#current;
    this.#current = null;
    if (room === null) return;
    this.#tell();
    const problem = await stopped(room);
    if (problem !== null)
      this.#options.log.warn('a room did not stop in order', { room: this.#options.name, reason: problem });
  }
}

async function stopped(room: Room | null): Promise<string | null> {
  try {
    await room?.stop();
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
