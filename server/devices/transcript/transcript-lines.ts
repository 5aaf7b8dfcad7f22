/**
 * The lines of all interactions: whose turn is next comes first. Bounded: where there are too many, one whose session is
 * over goes; where there is none, a new one is not taken.
 */
import type { Clock } from '../../runtime/clock';
import { TranscriptLine } from './transcript-line';

export interface TranscriptLinesOptions {
  readonly clock: Clock;
  /** Messages that wait for one of them. */
  readonly bound: number;
  readonly max: number;
  /** Told of one that is not remembered any more. */
  readonly onForgotten: (line: TranscriptLine) => void;
}

/** What waits when a session is over is tried for so long, and its status remembered. */
const GRACE_MS = 10 * 60_000;

export class TranscriptLines {
  readonly #options: TranscriptLinesOptions;
  readonly #lines = new Map<string, TranscriptLine>();

  constructor(options: TranscriptLinesOptions) {
    this.#options = options;
  }

  find(interactionId: string): TranscriptLine | undefined {
    return this.#lines.get(interactionId);
  }

  all(): readonly TranscriptLine[] {
    return [...this.#lines.values()];
  }

  has(line: TranscriptLine): boolean {
    return this.#lines.get(line.interactionId) === line;
  }

  /** `null`: there are too many. One that was ended goes on: it is another session of the same interaction. */
  obtain(interactionId: string): TranscriptLine | null {
    const known = this.#lines.get(interactionId);
    if (known !== undefined) {
      known.isEnded = false;
      known.cancels.forgetting?.();
      known.cancels.forgetting = null;
      return known;
    }
    if (this.#lines.size >= this.#options.max && !this.#forgetEnded()) return null;
    const line = new TranscriptLine(interactionId, this.#options.bound);
    this.#lines.set(interactionId, line);
    return line;
  }

  /** Its next turn comes after that of all others. */
  toTheEnd(line: TranscriptLine): void {
    this.#lines.delete(line.interactionId);
    this.#lines.set(line.interactionId, line);
  }

  end(line: TranscriptLine): void {
    line.isEnded = true;
    line.cancels.forgetting?.();
    line.cancels.forgetting = this.#options.clock.after(GRACE_MS, () => this.#forget(line));
  }

  #forgetEnded(): boolean {
    const ended = this.all().find(({ isEnded }) => isEnded);
    if (ended !== undefined) this.#forget(ended);
    return ended !== undefined;
  }

  #forget(line: TranscriptLine): void {
    line.stop();
    this.#lines.delete(line.interactionId);
    this.#options.onForgotten(line);
  }
}
