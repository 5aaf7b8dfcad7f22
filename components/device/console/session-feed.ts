/**
 * Holds the live view of one session: one socket at a time, opened again for ever. Its listeners hear of every change
 * of the session at once, of samples at most four times a second.
 */
import { liveEventSchema } from '../../../lib/contracts/diagnostics';
import type { Clock } from '../../live/clock';
import { reconnectDelayMs } from '../../live/link-state';
import { Timers } from '../../live/timers';
import { type FeedEvent, type FeedState, FIRST_FEED, stepFeed } from './feed-state';

/** What the feed needs of a socket; it does not reconnect by itself. */
export interface FeedSocket {
  connect(): void;
  disconnect(): void;
  on(
    event: 'connect' | 'live' | 'refusal' | 'disconnect' | 'connect_error',
    listener: (payload: unknown) => void,
  ): void;
}

export interface SessionFeedOptions {
  readonly open: () => FeedSocket;
  readonly clock: Pick<Clock, 'after'>;
  readonly random: () => number;
}

const REDRAW_MS = 250;
/** Who may not see it, or what is not there yet, may be so later. */
const REFUSED_RETRY_MS = 5_000;

export class SessionFeed {
  readonly #options: SessionFeedOptions;
  readonly #timers: Timers<'retry' | 'tell'>;
  readonly #listeners = new Set<() => void>();
  #state: FeedState = FIRST_FEED;
  /** As listeners know it. */
  #told: FeedState = FIRST_FEED;
  #socket: FeedSocket | null = null;

  constructor(options: SessionFeedOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  start(): () => void {
    this.#open();
    return () => {
      this.#timers.cancelAll();
      this.#close();
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The same object until listeners are told. */
  readonly state = (): FeedState => this.#told;

  #open(): void {
    const socket = this.#options.open();
    this.#socket = socket;
    // A socket that was given up may still speak.
    const take = (event: FeedEvent) => {
      if (this.#socket === socket) this.#take(event);
    };
    socket.on('connect', () => take({ kind: 'opened' }));
    socket.on('live', (payload) => {
      const parsed = liveEventSchema.safeParse(payload);
      if (parsed.success) take({ kind: 'heard', event: parsed.data });
    });
    socket.on('refusal', () => take({ kind: 'refused' }));
    socket.on('disconnect', () => take({ kind: 'closed' }));
    socket.on('connect_error', () => take({ kind: 'closed' }));
    socket.connect();
  }

  #take(event: FeedEvent): void {
    const before = this.#state;
    this.#state = stepFeed(before, event);
    const { link, failures } = this.#state;
    if (failures > before.failures) {
      this.#close();
      const delayMs =
        link === 'refused' ? REFUSED_RETRY_MS : reconnectDelayMs(failures - 1, this.#options.random);
      this.#timers.set('retry', delayMs, () => this.#open());
    }
    const isSamples = event.kind === 'heard' && event.event.kind === 'samples';
    if (!isSamples) this.#tell();
    else if (!this.#timers.has('tell')) this.#timers.set('tell', REDRAW_MS, () => this.#tell());
  }

  #tell(): void {
    this.#timers.cancel('tell');
    if (this.#told === this.#state) return;
    this.#told = this.#state;
    for (const listener of [...this.#listeners]) listener();
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.disconnect();
  }
}
