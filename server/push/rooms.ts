/**
 * The rooms that are open, by board and audience: a room exists while screens sit in it, and a short grace beyond, so that a screen
 * that was cut off finds its history again. Changes go only to the rooms that show them: without screens, no work.
 */

import { valueKey } from '../../lib/apply-delta';
import type { Board } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';
import type { Position } from '../../lib/contracts/push';
import type { Sources } from '../../lib/contracts/source';
import type { SubjectKey } from '../../lib/ids';
import type { BoardProvider } from '../boards/board-provider';
import type { KpiBatch, Unsubscribe } from '../kpi/reader';
import type { Cancel } from '../runtime/clock';
import { type AudienceKind, type Place, placeKey } from './audience/audience-of';
import type { Heard } from './audience/told-figures';
import { BoardRoom, type RoomOptions } from './board-room';
import { createHeldLimits, type HeldLimits } from './held-limits';
import type { Screen } from './screen';

export interface RoomsOptions extends Omit<RoomOptions, 'board' | 'audience' | 'epoch' | 'onHeard'> {
  readonly boards: BoardProvider;
  /** A new one for each room: what is remembered of a room goes with it. */
  readonly newEpoch: () => string;
  /** How long a room stays without screens. */
  readonly graceMs: number;
}

/** Where a screen wants to sit. */
export interface WantedPlace {
  readonly board: Board;
  readonly audience: AudienceKind;
}

interface OpenRoom {
  readonly boardId: string;
  readonly room: BoardRoom;
  /** The value keys and trend keys that it hears of. */
  keys: ReadonlySet<string>;
  closing: Cancel | null;
}

export class Rooms {
  readonly #options: RoomsOptions;
  /** By `placeKey`. */
  readonly #rooms = new Map<string, OpenRoom>();
  /** By value key and by trend key: the rooms that show it. */
  readonly #interest = new Map<string, Set<OpenRoom>>();
  readonly #refuse: (screen: Screen) => void;
  readonly #unsubscribe: readonly Unsubscribe[];
  /** What the reader is asked to announce: what some room shows. */
  #heard: { readonly subjects: ReadonlySet<string>; readonly kpis: ReadonlySet<KpiKey> } = {
    subjects: new Set(),
    kpis: new Set(),
  };
  #stopHearing: Unsubscribe;
  readonly #limits: HeldLimits;

  #shownQueueIds: ReadonlySet<string> | null = null;

  /** `refuse`: what to do with a screen whose board went away. */
  constructor(options: RoomsOptions, refuse: (screen: Screen) => void) {
    this.#options = options;
    this.#refuse = refuse;
    this.#limits = createHeldLimits(options.limits, options.clock);
    this.#stopHearing = this.#hear();
    this.#unsubscribe = [
      options.reader.subscribePoints((points) => {
        this.#offer(
          points,
          (point) => point.trend,
          (room, point) => room.offerPoint(point),
        );
      }),
      options.boards.subscribe(() => this.#reviewBoards()),
    ];
  }

  get count(): number {
    return this.#rooms.size;
  }

  /** Seats a screen in the room of its board and audience, which is opened if need be. */
  join({ board, audience }: WantedPlace, screen: Screen, last?: Position): void {
    const key = placeKey({ boardId: board.id, audience });
    const open = this.#rooms.get(key) ?? this.#open(key, board, audience);
    open.closing?.();
    open.closing = null;
    open.room.join(screen, last);
    if (open.room.screensCount === 1) this.#shownQueueIds = null;
  }

  leave(place: Place, screen: Screen): void {
    const key = placeKey(place);
    const open = this.#rooms.get(key);
    if (open === undefined) return;
    open.room.leave(screen);
    if (open.room.screensCount > 0 || open.closing !== null) return;
    this.#shownQueueIds = null;
    open.closing = this.#options.clock.after(this.#options.graceMs, () => this.#close(key, open));
  }

  resync(place: Place, screen: Screen): void {
    this.#rooms.get(placeKey(place))?.room.resync(screen);
  }

  publishSources(sources: Sources): void {
    for (const { room } of this.#rooms.values()) {
      room.offerSources(sources);
      room.settle();
    }
  }

  /** Ids of the queues that screens show by themselves now; the same set until that changes. */
  shownQueueIds(): ReadonlySet<string> {
    this.#shownQueueIds ??= this.#findShownQueueIds();
    return this.#shownQueueIds;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const [key, open] of this.#rooms) this.#close(key, open);
    this.#stopHearing();
  }

  #findShownQueueIds(): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const { room } of this.#rooms.values()) {
      if (room.screensCount === 0) continue;
      for (const id of room.shown.queueIds) ids.add(id);
    }
    return ids;
  }

  #open(key: string, board: Board, audience: AudienceKind): OpenRoom {
    const epoch = this.#options.newEpoch();
    // The first call comes while the room is being made: it is entered below, once it is there.
    let open: OpenRoom | null = null;
    const onHeard = (heard: Heard) => {
      if (open !== null) this.#register(open, heard);
    };
    const { limits } = this.#limits;
    const room = new BoardRoom({ ...this.#options, limits, board, audience, epoch, onHeard });
    open = { boardId: board.id, room, keys: new Set(), closing: null };
    this.#rooms.set(key, open);
    this.#register(open, room.heard);
    return open;
  }

  #close(key: string, open: OpenRoom): readonly Screen[] {
    open.closing?.();
    this.#rooms.delete(key);
    this.#shownQueueIds = null;
    this.#unregister(open);
    this.#reviewHearing();
    return open.room.close();
  }

  #take(batch: KpiBatch): void {
    const keyOf = (change: KpiBatch['changes'][number]) => valueKey(change.subject, change.kpi);
    if (batch.subjectsChanged) {
      this.#limits.forget();
      for (const { room } of this.#rooms.values()) room.reviewSubjects();
    }
    this.#offer(batch.changes, keyOf, (room, change) => room.offerChange(change));
    if (batch.subjectsChanged) for (const open of this.#rooms.values()) open.room.settle();
  }

  #offer<T>(
    items: readonly T[],
    keyOf: (item: T) => string,
    offer: (room: BoardRoom, item: T) => void,
  ): void {
    const touched = new Set<OpenRoom>();
    for (const item of items) {
      const interested = this.#interest.get(keyOf(item));
      if (interested === undefined) continue;
      for (const open of interested) {
        offer(open.room, item);
        touched.add(open);
      }
    }
    for (const open of touched) open.room.settle();
  }

  #register(open: OpenRoom, heard: Heard): void {
    this.#unregister(open);
    this.#shownQueueIds = null;
    open.keys = new Set([...heard.figures.keys(), ...heard.trends.keys()]);
    for (const key of open.keys) {
      const interested = this.#interest.get(key);
      if (interested === undefined) this.#interest.set(key, new Set([open]));
      else interested.add(open);
    }
    this.#reviewHearing();
  }

  /** Figures that no board shows are not even worked out. */
  #reviewHearing(): void {
    const subjects = new Set<string>();
    const kpis = new Set<KpiKey>();
    for (const { room } of this.#rooms.values()) {
      for (const { subject, kpi } of room.heard.figures.values()) {
        subjects.add(subject);
        kpis.add(kpi);
      }
    }
    if (isEqual(subjects, this.#heard.subjects) && isEqual(kpis, this.#heard.kpis)) return;
    this.#heard = { subjects, kpis };
    // The new one first: what both hear of stays announced without a gap.
    const stopFormer = this.#stopHearing;
    this.#stopHearing = this.#hear();
    stopFormer();
  }

  #hear(): Unsubscribe {
    const { subjects, kpis } = this.#heard;
    // A board's subjects are addresses; the reader has nothing to say of one that is none.
    const interest = { subjects: subjects as ReadonlySet<SubjectKey>, kpis };
    return this.#options.reader.subscribe((batch) => this.#take(batch), interest);
  }

  #unregister(open: OpenRoom): void {
    for (const key of open.keys) {
      const interested = this.#interest.get(key);
      interested?.delete(open);
      if (interested?.size === 0) this.#interest.delete(key);
    }
  }

  #reviewBoards(): void {
    for (const [key, open] of [...this.#rooms]) {
      const board = this.#options.boards.board(open.boardId);
      if (board === null) {
        for (const screen of this.#close(key, open)) this.#refuse(screen);
        continue;
      }
      open.room.replaceBoard(board);
      open.room.settle();
    }
  }
}

function isEqual<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}
