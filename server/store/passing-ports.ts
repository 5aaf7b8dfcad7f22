/**
 * The port of what several nodes share for a moment only: a text that one changes at a time, and words that are used
 * once. It ends by itself and is in no backup. Types only.
 */

/** ms; the same clock at every node. */
export interface CellNow {
  /** `null`: nobody wrote, or it has ended. */
  readonly text: string | null;
  readonly now: number;
}

export interface PassingCell {
  read(): Promise<CellNow>;
  /** Writes what `step` makes; `step` is asked again where somebody else was faster. A text that stays is not written. */
  change<A>(
    step: (text: string | null, now: number) => { readonly text: string | null; readonly answer: A },
  ): Promise<A>;
}

export interface PassingStore {
  /** Its text ends so long after its last change. */
  cell(name: string, lifeMs: number): PassingCell;
  /** False: that word was used in the last `lifeMs`. Of more than `most` the oldest is forgotten. */
  useOnce(
    name: string,
    word: string,
    bounds: { readonly lifeMs: number; readonly most: number },
  ): Promise<boolean>;
}
