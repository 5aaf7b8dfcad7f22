/**
 * The frames of one board: made from its picture once and kept until the picture changes, however many screens ask.
 * A snapshot's text outlives its time: it is used again with a new `serverTime`, because a quiet board must not tell
 * a screen that joins what the time was when its last figure changed.
 */
import type { Board } from '../../lib/contracts/board';
import {
  type Delta,
  type Limit,
  PUSH_VERSION,
  type Snapshot,
  type SubjectInfo,
  type TrendPoint,
} from '../../lib/contracts/push';
import type { SubjectKey } from '../../lib/ids';
import type { KpiReader } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import type { TrendAddress } from './audience/told-trends';
import type { BoardPicture, DeltaBody } from './board-picture';
import { type PreparedFrame, prepareFrame } from './frame';
import { printedLimits } from './held-limits';
import type { PushCounters } from './push-counters';
import type { Shown } from './shown';

/** Within this the very bytes of a snapshot are used again: a thousand screens may come back at once. */
const SNAPSHOT_REUSE_MS = 100;

export interface FramesOptions {
  readonly epoch: string;
  readonly build: string;
  readonly reader: KpiReader;
  readonly clock: Clock;
  readonly limits: () => readonly Limit[];
  readonly counters: PushCounters;
}

export interface RoomFramesOptions extends FramesOptions {
  /** The points of a trend so far, as the room's screens may know them. */
  readonly trend: (trend: TrendAddress) => readonly TrendPoint[];
}

export class RoomFrames {
  readonly #options: RoomFramesOptions;
  readonly #picture: BoardPicture;
  #snapshotText: { readonly head: string; readonly tail: string } | null = null;
  #snapshotFrame: { readonly frame: PreparedFrame; readonly at: number } | null = null;
  readonly #catchUps = new Map<number, PreparedFrame>();

  constructor(picture: BoardPicture, options: RoomFramesOptions) {
    this.#picture = picture;
    this.#options = options;
  }

  /** To be called whenever the picture has changed. */
  forget(): void {
    this.#snapshotText = null;
    this.#snapshotFrame = null;
    this.#catchUps.clear();
  }

  delta(prevSeq: number, body: DeltaBody): PreparedFrame {
    const { epoch, clock, counters } = this.#options;
    counters.serialisations += 1;
    const delta: Delta = { epoch, prevSeq, seq: this.#picture.seq, serverTime: clock.now(), ...body };
    return prepareFrame('delta', JSON.stringify(delta));
  }

  /** All that a screen at `seq` misses, as one delta. */
  catchUp(seq: number): PreparedFrame {
    const known = this.#catchUps.get(seq);
    if (known !== undefined) return known;
    this.#options.counters.catchUps += 1;
    const frame = this.delta(seq, this.#picture.since(seq));
    this.#catchUps.set(seq, frame);
    return frame;
  }

  snapshot(board: Board, shown: Shown): PreparedFrame {
    const now = this.#options.clock.monotonicNow();
    if (this.#snapshotFrame !== null && now - this.#snapshotFrame.at < SNAPSHOT_REUSE_MS) {
      return this.#snapshotFrame.frame;
    }
    this.#snapshotText ??= this.#makeSnapshot(board, shown);
    const { head, tail } = this.#snapshotText;
    const frame = prepareFrame('snapshot', `${head}${this.#options.clock.now()}${tail}`);
    this.#snapshotFrame = { frame, at: now };
    return frame;
  }

  #makeSnapshot(board: Board, shown: Shown): { head: string; tail: string } {
    const { epoch, build, reader, limits, counters, trend } = this.#options;
    counters.serialisations += 1;
    counters.snapshots += 1;
    const rest: Omit<Snapshot, 'serverTime'> = {
      v: PUSH_VERSION,
      epoch,
      seq: this.#picture.seq,
      build,
      board,
      subjects: subjectInfos(reader, shown),
      values: this.#picture.values(),
      trends: [...shown.trends.values()].flatMap((address) => [...trend(address)]),
      sources: this.#picture.sources,
      limits: printedLimits(limits(), shown),
    };
    return { head: '{"serverTime":', tail: `,${JSON.stringify(rest).slice(1)}` };
  }
}

/** What is known of the subjects that a board shows; those that do not exist are left out. */
export function subjectInfos(reader: KpiReader, shown: Shown): SubjectInfo[] {
  const infos: SubjectInfo[] = [];
  for (const subject of shown.subjects) {
    const info = reader.subject(subject as SubjectKey); // An unknown address gives null.
    if (info !== null) infos.push(info);
  }
  return infos;
}
