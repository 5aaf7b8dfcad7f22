/**
 * The boards whose alarms are watched, each with its list, its budget and its frame; and the book of what lasts. Driven
 * from outside: it has no timer and writes nothing. A board is watched while it is among the first of the list, and for
 * a while after somebody looked at it.
 */
import { alarmFigures } from '../../lib/board-alarms';
import type { Alarm } from '../../lib/contracts/alarm';
import { type Board, DEFAULT_ALERT_BUDGET } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';
import type { SubjectKey } from '../../lib/ids';
import type { AlertDesk } from '../alerts/desk';
import type { BoardProvider } from '../boards/board-provider';
import type { KpiReader } from '../kpi/reader';
import { AlarmBook, kpiAlarmKey } from './alarm-book';
import type { Moment } from './alarm-state';
import { figureText } from './alarm-text';
import {
  dueTickOf,
  EMPTY_FLOOR,
  type Floor,
  interruptedOf,
  membersOf,
  type Policy,
  stepFloor,
} from './board-floor';
import {
  type AlarmsContent,
  type BoardList,
  countedOf,
  floodedOf,
  frameOf,
  listOf,
  showsDevices,
} from './board-list';
import type { CountedAlarms } from './desk';
import { DeviceWatch } from './device-watch';
import type { BoardSight } from './owed-calls';
import type { Sight, Standing } from './standing';
import { WatchedFigures } from './watched-figures';

/** Far more walls than one server has; those beyond are watched while somebody looks. */
const MOST_STEADY = 50;
const LOOK_MS = 60_000;
const HOLD_SECONDS = 30;
/** Their desk draws its first frame within a second of its start: the one before knows nothing yet. */
export const DEVICES_AFTER_MS = 1_500;

export interface FloorWatchOptions {
  readonly reader: KpiReader;
  readonly boards: BoardProvider;
  /** `null`: there are no devices here. */
  readonly alerts: Pick<AlertDesk, 'groups' | 'knownFaults' | 'hasPicture'> | null;
  readonly isShelved: (key: string) => boolean;
  /** Something may be another: a round is due. */
  readonly ask: () => void;
}

interface Watched {
  board: Board;
  floor: Floor;
  list: BoardList;
  frame: AlarmsContent;
  /** Watched whoever looks: only of these others are told. */
  isSteady: boolean;
  isDirty: boolean;
  dueTick: number | null;
  lookedTick: number;
}

const NO_LIST: BoardList = { listed: [], shelved: [] };

export class FloorWatch {
  readonly book = new AlarmBook();
  readonly figures: WatchedFigures;
  readonly #options: FloorWatchOptions;
  readonly #boards = new Map<string, Watched>();
  /** Of boards that are not watched yet, as they were before a restart. */
  readonly #kept = new Map<string, Floor>();
  readonly #devices: DeviceWatch;
  #areSubjectsOther = false;

  constructor(options: FloorWatchOptions) {
    this.#options = options;
    this.#devices = new DeviceWatch(options.alerts);
    this.figures = new WatchedFigures({
      reader: options.reader,
      onChanged: options.ask,
      onSubjects: () => {
        this.#areSubjectsOther = true;
        options.ask();
      },
    });
  }

  /** As it was before a restart; `moment`: when devices' desk had started. */
  restore(floors: ReadonlyMap<string, Floor>, moment: Moment): void {
    this.#devices.openAt(moment.tick + DEVICES_AFTER_MS);
    for (const [boardId, floor] of floors) this.#kept.set(boardId, floor);
  }

  floors(): ReadonlyMap<string, Floor> {
    const watched = [...this.#boards].map(([id, { floor }]) => [id, floor] as const);
    return new Map([...this.#kept, ...watched]);
  }

  /** Looks at a board, which is watched from then on; `null`: there is none. */
  frame(boardId: string, moment: Moment): AlarmsContent | null {
    const watched = this.#boards.get(boardId) ?? this.#watch(boardId, moment);
    if (watched === null) return null;
    watched.lookedTick = moment.tick;
    return watched.frame;
  }

  counted(boardId: string, tick: number): CountedAlarms {
    const { list, floor } = this.#boards.get(boardId) ?? { list: NO_LIST, floor: EMPTY_FLOOR };
    return countedOf(list, floor, tick);
  }

  flooded(boardId: string): readonly Alarm[] {
    const watched = this.#boards.get(boardId);
    return watched === undefined ? [] : floodedOf(watched.list.listed, watched.floor);
  }

  /** Keys of what is in that board's flood, or in any. */
  floodKeys(boardId: string | undefined): readonly string[] {
    const wanted = [...this.#boards].filter(([id]) => boardId === undefined || id === boardId);
    return wanted.flatMap(([, { floor, list }]) => membersOf(floor.flood, list.listed).map(({ key }) => key));
  }

  /** Boards came, went or changed. */
  reviewBoards(moment: Moment): void {
    const { boards } = this.#options;
    const steady = new Set(
      boards
        .list()
        .slice(0, MOST_STEADY)
        .map(({ id }) => id),
    );
    for (const [id, watched] of [...this.#boards]) {
      const board = boards.board(id);
      const isLookedAt = moment.tick - watched.lookedTick < LOOK_MS;
      if (board === null || !(isLookedAt || steady.has(id))) this.#leave(id);
      else if (board !== watched.board) this.#take(watched, board);
      watched.isSteady = steady.has(id);
    }
    for (const id of steady) if (!this.#boards.has(id)) this.#watch(id, moment, true);
  }

  everythingIsOther(): void {
    for (const watched of this.#boards.values()) watched.isDirty = true;
  }

  /** Takes in what was seen of figures and devices. */
  settle({ at, tick }: Moment): void {
    if (this.#areSubjectsOther) this.#reviewSubjects(at);
    this.#areSubjectsOther = false;
    for (const { subject, kpi, value, status, stale } of this.figures.takePending()) {
      const isUnknown = stale || status === 'unknown';
      const sight: Sight =
        isUnknown || status === 'normal'
          ? { status: isUnknown ? 'unknown' : 'normal' }
          : {
              status,
              about: { kind: 'kpi', subject, kpi, queueId: null, value, isOver: false },
              text: () => figureText(this.#nameOf(subject), { kpi, value, now: at }),
            };
      if (this.book.see(kpiAlarmKey(subject, kpi), sight, at)) this.#touch(subject, kpi);
    }
    const boards = [...this.#boards.values()].map(({ board }) => board);
    if (this.#devices.look(this.book, boards, { at, tick })) this.everythingIsOther();
  }

  /** Works out what is due; whether some frame is another, and the boards that an alarm began to interrupt. */
  step(moment: Moment): { readonly isFrameOther: boolean; readonly begun: readonly string[] } {
    let isFrameOther = false;
    const begun: string[] = [];
    for (const [id, watched] of this.#boards) {
      if (!watched.isDirty && (watched.dueTick === null || watched.dueTick > moment.tick)) continue;
      const { frame, floor } = watched;
      this.#evaluate(watched, moment);
      isFrameOther ||= watched.frame !== frame;
      const last = watched.floor.interruptions.at(-1);
      if (last !== undefined && last !== floor.interruptions.at(-1)) begun.push(id);
    }
    return { isFrameOther, begun };
  }

  /** When time alone changes something next. */
  dueTick(): number | null {
    const due = [...this.#boards.values()].flatMap(({ dueTick }) => dueTick ?? []);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** What webhooks are told by. */
  sights(): ReadonlyMap<string, BoardSight> {
    const sightOf = ({ list, floor }: Watched): BoardSight => ({
      single: list.listed.filter(({ key }) => floor.flood?.members.has(key) !== true),
      flooded: membersOf(floor.flood, list.listed),
      flood: floor.flood && { since: floor.flood.since, count: floor.flood.count },
    });
    return new Map(this.#steady().map(([id, watched]) => [id, sightOf(watched)]));
  }

  /** The most interruptions of the last ten minutes that any board had. */
  interruptions(tick: number): number {
    return Math.max(0, ...this.#steady().map(([, { floor }]) => interruptedOf(floor, tick).length));
  }

  #steady(): readonly (readonly [string, Watched])[] {
    return [...this.#boards].filter(([, { isSteady }]) => isSteady);
  }

  close(): void {
    this.figures.close();
  }

  #watch(boardId: string, moment: Moment, isSteady = false): Watched | null {
    const board = this.#options.boards.board(boardId);
    if (board === null) return null;
    const floor = this.#kept.get(boardId) ?? EMPTY_FLOOR;
    const watched: Watched = {
      ...{ board, floor, list: NO_LIST, frame: frameOf(NO_LIST, floor, moment.tick) },
      ...{ isSteady, isDirty: true, dueTick: null, lookedTick: moment.tick },
    };
    this.#kept.delete(boardId);
    this.#boards.set(boardId, watched);
    this.figures.show(boardId, alarmFigures(board, this.figures.queues()));
    this.settle(moment);
    this.#evaluate(watched, moment);
    this.#options.ask();
    return watched;
  }

  /** Its budget is remembered: it may come back. */
  #leave(boardId: string): void {
    const watched = this.#boards.get(boardId);
    if (watched !== undefined && this.#kept.size < MOST_STEADY) this.#kept.set(boardId, watched.floor);
    this.#boards.delete(boardId);
    this.figures.hide(boardId);
  }

  #take(watched: Watched, board: Board): void {
    watched.board = board;
    watched.isDirty = true;
    this.figures.show(board.id, alarmFigures(board, this.figures.queues()));
  }

  /** What is gone is not known any more. */
  #reviewSubjects(at: number): void {
    for (const watched of this.#boards.values()) this.#take(watched, watched.board);
    for (const { key, subject } of [...this.book.all()]) {
      // Of figures: an address of some board.
      if (subject === null || this.#options.reader.subject(subject as SubjectKey) !== null) continue;
      this.book.see(key, { status: 'unknown' }, at);
    }
  }

  #touch(subject: string, kpi: KpiKey): void {
    for (const id of this.figures.boardsOf(subject, kpi)) {
      const watched = this.#boards.get(id);
      if (watched !== undefined) watched.isDirty = true;
    }
  }

  #evaluate(watched: Watched, { at, tick }: Moment): void {
    const policy = policyOf(watched.board);
    watched.list = listOf(this.#shownOn(watched.board), this.#options.isShelved);
    const stands = (key: string) => this.book.get(key) !== null;
    watched.floor = stepFloor(watched.floor, { at, tick, listed: watched.list.listed, stands, policy });
    const frame = frameOf(watched.list, watched.floor, tick);
    // As screens would read it: what says the same is the same.
    if (JSON.stringify(frame) !== JSON.stringify(watched.frame)) watched.frame = frame;
    watched.dueTick = dueTickOf(watched.floor, { tick, policy });
    watched.isDirty = false;
  }

  #shownOn(board: Board): readonly Standing[] {
    return [...this.book.all()].filter((one) => {
      const { kind, subject, kpi } = one;
      if (kind === 'kpi')
        return subject !== null && kpi !== null && this.figures.isShownOn(board.id, subject, kpi);
      return kind === 'fault' || showsDevices(board, one);
    });
  }

  /** A subject of a board is an address, or none that the reader knows. */
  #nameOf(subject: string): string {
    return this.#options.reader.subject(subject as SubjectKey)?.name ?? subject;
  }
}

function policyOf({ alertBudget, rotation }: Board): Policy {
  return {
    ...(alertBudget ?? DEFAULT_ALERT_BUDGET),
    holdMs: (rotation?.holdSeconds ?? HOLD_SECONDS) * 1_000,
  };
}
