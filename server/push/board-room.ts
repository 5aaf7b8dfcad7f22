/**
 * One room a board and audience that screens show. It holds what those screens hold, merges what changes within the board's
 * cadence, makes one frame a tick however many screens there are, and serialises nothing that nobody will read.
 * A screen that is not idle is passed over: it holds at most the one frame that is on its way, and when it reads
 * again gets all it missed as one delta. A room knows no sockets, only `Screen`s, and no other board.
 *
 * A seat is in step, or behind: in step → behind when a frame finds it not idle; behind → in step by one frame, as
 * soon as it is idle, which is tried every cadence.
 */
import type { Board } from '../../lib/contracts/board';
import type { Position, TrendPoint, ValueChange } from '../../lib/contracts/push';
import type { Sources } from '../../lib/contracts/source';
import type { Cancel } from '../runtime/clock';
import { type AudienceKind, audienceAt } from './audience/audience-of';
import { type Heard, ToldFigures } from './audience/told-figures';
import { BoardPicture } from './board-picture';
import {
  addChange,
  addPoint,
  addSources,
  addStructure,
  dueInMs,
  emptyPending,
  type Pending,
  sourcesDiffer,
} from './coalesce';
import type { PreparedFrame } from './frame';
import { printedLimits } from './held-limits';
import { type FramesOptions, RoomFrames, subjectInfos } from './room-frames';
import type { Screen } from './screen';
import { type Shown, shownOn } from './shown';

/** A sign of life alone makes a frame no more often than this. */
const SIGN_OF_LIFE_MS = 10_000;

/** Of a board's cadence that a frame may come early: it stays in step with what is announced at the same pace. */
const SLACK = 0.04;

export interface RoomOptions extends FramesOptions {
  readonly board: Board;
  /** Who sits in it. */
  readonly audience: AudienceKind;
  readonly sources: () => Sources;
  /** A table of all queues shows no more than these. */
  readonly maxQueues: number;
  /** Told what the room has to hear of, at the start and whenever that is another. */
  readonly onHeard: (heard: Heard) => void;
}

interface Seat {
  readonly screen: Screen;
  /** The room's seq that this screen holds; `null`: it needs a snapshot. */
  seq: number | null;
}

export class BoardRoom {
  readonly #options: RoomOptions;
  readonly #picture: BoardPicture;
  readonly #told: ToldFigures;
  readonly #frames: RoomFrames;
  readonly #seats = new Map<Screen, Seat>();
  readonly #behind = new Set<Seat>();
  /** What is shown; another that was given waits in `#next` for the frame that brings it. */
  #board: Board;
  #next: Board;
  #shown: Shown;
  #pending = emptyPending();
  #lastFrameAt: number | null = null;
  #sourcesSentAt: number;
  #flushTimer: Cancel | null = null;
  #retryTimer: Cancel | null = null;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#board = options.board;
    this.#next = options.board;
    this.#picture = new BoardPicture(options.sources());
    this.#told = new ToldFigures({ ...options, onDue: (changes) => this.#offerAll(changes) });
    this.#frames = new RoomFrames(this.#picture, { ...options, trend: (trend) => this.#told.trend(trend) });
    this.#sourcesSentAt = options.clock.monotonicNow();
    this.#shown = this.#findShown();
    this.#takeUp(true);
  }

  get seq(): number {
    return this.#picture.seq;
  }

  get screensCount(): number {
    return this.#seats.size;
  }

  /** What this board shows now; another object when that changes. */
  get shown(): Shown {
    return this.#shown;
  }

  /** What it has to hear of: what is shown, and what decides whether it is. */
  get heard(): Heard {
    return this.#told.heard;
  }

  /** Seats a screen: it gets what it missed since `last`, or a snapshot. */
  join(screen: Screen, last?: Position): void {
    const known = last !== undefined && last.epoch === this.#options.epoch && last.seq > 0;
    const canReach = known && this.#picture.canReach(last.seq);
    this.#seats.set(screen, { screen, seq: this.seq });
    screen.queue(canReach ? this.#frames.catchUp(last.seq) : this.#snapshot());
    this.#options.counters.deliveries += 1;
  }

  leave(screen: Screen): void {
    const seat = this.#seats.get(screen);
    if (seat === undefined) return;
    this.#seats.delete(screen);
    this.#behind.delete(seat);
  }

  /** The screen found a gap: a snapshot, now if it reads, else as soon as it does. */
  resync(screen: Screen): void {
    const seat = this.#seats.get(screen);
    if (seat === undefined) return;
    seat.seq = null;
    if (!this.#bringUp(seat)) this.#fallBehind(seat);
  }

  offerChange(change: ValueChange): void {
    if (this.#told.isWhole) addChange(this.#pending, change);
    else for (const told of this.#told.change(change)) addChange(this.#pending, told);
  }

  offerPoint(point: TrendPoint): void {
    if (this.#told.isWhole) addPoint(this.#pending, point);
    else for (const told of this.#told.point(point)) addPoint(this.#pending, told);
  }

  offerSources(sources: Sources): void {
    const aged = this.#options.clock.monotonicNow() - this.#sourcesSentAt >= SIGN_OF_LIFE_MS;
    addSources(this.#pending, sources, aged || sourcesDiffer(this.#picture.sources, sources));
  }

  /** Queues, groups, names or limits are others: a snapshot where this board shows something else by that. */
  reviewSubjects(): void {
    const after = this.#findShown();
    const describe = (shown: Shown) => JSON.stringify([...shown.figures.keys()]);
    const isOther = describe(after) !== describe(this.#shown) || this.#printedOn(after) !== this.#printed;
    if (isOther) addStructure(this.#pending);
  }

  replaceBoard(board: Board): void {
    if (board === this.#next) return;
    this.#next = board;
    addStructure(this.#pending);
  }

  /** Ends a batch of offers: a frame now, or when the cadence allows. */
  settle(): void {
    if (!this.#pending.urgent || this.#flushTimer !== null) return;
    const delayMs = dueInMs(this.#lastFrameAt, this.#board.cadenceMs, this.#options.clock.monotonicNow());
    if (delayMs <= this.#board.cadenceMs * SLACK) this.#flush();
    else this.#flushTimer = this.#options.clock.after(delayMs, () => this.#onTick());
  }

  /** Ends the room; gives the screens that were still there. */
  close(): readonly Screen[] {
    const screens = [...this.#seats.keys()];
    this.#flushTimer?.();
    this.#retryTimer?.();
    this.#told.close();
    this.#seats.clear();
    this.#behind.clear();
    return screens;
  }

  /** Names and limits of what is shown, as the last snapshot had them. */
  #printed = '';

  #printedOn(shown: Shown): string {
    const { reader, limits } = this.#options;
    return JSON.stringify([subjectInfos(reader, shown), printedLimits(limits(), shown)]);
  }

  #findShown(): Shown {
    const queues = this.#options.reader
      .subjects()
      .filter((info) => info.subject.startsWith('queue:') && !info.subject.includes('|'));
    return shownOn(this.#board, queues, this.#options.maxQueues);
  }

  #offerAll(changes: readonly ValueChange[]): void {
    for (const change of changes) addChange(this.#pending, change);
    this.settle();
  }

  /** Takes the figures of what is shown from the reader, and hears of its trends. */
  #takeUp(isFirst: boolean): void {
    this.#printed = this.#printedOn(this.#shown);
    this.#told.takeUp(this.#shown, audienceAt(this.#board, this.#options.audience));
    this.#picture.reset(this.#shown, (subject, kpi) => this.#told.read(subject, kpi), isFirst);
    this.#options.onHeard(this.#told.heard);
  }

  #snapshot(): PreparedFrame {
    return this.#frames.snapshot(this.#board, this.#shown);
  }

  /** The frame takes along what was not announced yet, and the next announcements come in step with it. */
  #onTick(): void {
    this.#options.reader.flush();
    this.#flush();
  }

  #flush(): void {
    this.#flushTimer = null;
    const pending = this.#pending;
    this.#pending = emptyPending();
    if (pending.structure) this.#rebuild(pending.sources);
    else this.#sendDelta(pending);
  }

  #rebuild(sources: Sources | null): void {
    this.#board = this.#next;
    this.#shown = this.#findShown();
    if (sources !== null) this.#takeSources(sources);
    this.#takeUp(false);
    this.#marked();
    for (const seat of this.#seats.values()) {
      seat.seq = null;
      if (!this.#bringUp(seat)) this.#fallBehind(seat);
    }
  }

  #takeSources(sources: Sources): void {
    this.#sourcesSentAt = this.#options.clock.monotonicNow();
    this.#picture.apply({ ...emptyPending(), sources });
  }

  #sendDelta(pending: Pending): void {
    const prevSeq = this.seq;
    const body = this.#picture.apply(pending);
    if (body === null) return;
    if (pending.sources !== null) this.#sourcesSentAt = this.#options.clock.monotonicNow();
    this.#marked();
    if (this.#seats.size === 0) return;
    const frame = this.#frames.delta(prevSeq, body);
    const { seq } = this;
    const { counters } = this.#options;
    for (const seat of this.#seats.values()) {
      if (seat.seq !== prevSeq) {
        if (!this.#bringUp(seat)) this.#fallBehind(seat);
      } else if (seat.screen.deliver(frame)) {
        seat.seq = seq;
        counters.deliveries += 1;
      } else this.#fallBehind(seat);
    }
  }

  #marked(): void {
    this.#lastFrameAt = this.#options.clock.monotonicNow();
    this.#frames.forget();
  }

  #fallBehind(seat: Seat): void {
    if (seat.screen.isOurs !== true) this.#options.counters.passedOver += 1;
    this.#behind.add(seat);
    this.#retryTimer ??= this.#options.clock.after(this.#board.cadenceMs, () => this.#retry());
  }

  #retry(): void {
    this.#retryTimer = null;
    for (const seat of this.#behind) if (this.#bringUp(seat)) this.#behind.delete(seat);
    if (this.#behind.size === 0) return;
    this.#retryTimer = this.#options.clock.after(this.#board.cadenceMs, () => this.#retry());
  }

  /** Gives a screen that lags what it misses, if it reads; whether it now holds all. */
  #bringUp(seat: Seat): boolean {
    if (seat.seq === this.seq) return true;
    if (!seat.screen.isIdle()) return false;
    const { seq } = seat;
    const canReach = seq !== null && this.#picture.canReach(seq);
    const frame = canReach ? this.#frames.catchUp(seq) : this.#snapshot();
    if (!seat.screen.deliver(frame)) return false;
    seat.seq = this.seq;
    this.#options.counters.deliveries += 1;
    return true;
  }
}
