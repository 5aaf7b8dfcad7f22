/**
 * A live store that is fed with one moment of the past instead of a socket: the same components read it, and its clock
 * stands at that moment. Nothing of it ever moves, is stored, or reaches the server.
 */
import type { Moment } from '../../lib/contracts/replay';
import type { BoardSocket, SocketEvent } from '../live/board-socket';
import type { Clock } from '../live/clock';
import { BESIDE_EVENTS } from '../live/heard-beside';
import { LiveStore } from '../live/live-store';
import { PageMoves } from '../live/page-moves';
import { Ticker } from '../live/ticker';
import type { Live } from '../live/use-live';

/** Stands still: nothing that waits for it ever comes due. */
function stoppedClock(at: number): Clock {
  return { now: () => at, monotonicNow: () => at, after: () => () => undefined };
}

/** A socket that says what it is told to, once somebody listens. */
class PastSocket implements BoardSocket {
  readonly #listeners = new Map<SocketEvent, (payload: unknown) => void>();
  readonly #said: readonly (readonly [SocketEvent, unknown])[];

  constructor(said: readonly (readonly [SocketEvent, unknown])[]) {
    this.#said = said;
  }

  connect(): void {
    for (const [event, payload] of this.#said) this.#listeners.get(event)?.(payload);
  }

  on(event: SocketEvent, listener: (payload: unknown) => void): void {
    this.#listeners.set(event, listener);
  }

  disconnect(): void {}
  emit(): void {}
  report(): void {}
}

/** All that components ask for, as it was at the moment's server time. */
export function pastLive(moment: Moment): Live {
  const clock = stoppedClock(moment.snapshot.serverTime);
  const beside = BESIDE_EVENTS.flatMap((event) =>
    moment[event] === null ? [] : [[event, moment[event]] as const],
  );
  const store = new LiveStore({
    boardId: moment.snapshot.board.id,
    clock,
    random: () => 0,
    openSocket: () => new PastSocket([['snapshot', moment.snapshot], ...beside]),
    storage: null,
    onNewBuild: () => undefined,
    figureGapMs: 0,
  });
  store.start();
  const ticker = new Ticker(clock, () => store.serverNow());
  return { store, ticker, moves: new PageMoves(() => window.location, clock) };
}
