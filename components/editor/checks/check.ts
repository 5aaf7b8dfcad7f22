/** What the editor has to say of a board: how bad it is, which words of the catalogue say it, and where it stands. */
import type { Selection } from '../selection';

export interface Check {
  /** Distinct among the checks of a board. */
  readonly id: string;
  /** `error`: nothing can be saved until it is mended. `warning`: against what a floor screen must be. `hint`: could be better. */
  readonly severity: 'error' | 'warning' | 'hint';
  /** Under `editor.checks`: `<key>.what` says what is wrong and where, `<key>.how` how to mend it. */
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly where: Selection;
}

/** Names as the screen writes them. */
export interface Names {
  readonly kpi: (key: string) => string;
  readonly columnHead: (key: string) => string;
  readonly list: (names: readonly string[]) => string;
}
