/** All that there is to say of a board, worst first. None stops publishing but what the contract does not take. Pure. */
import type { Board } from '../../../lib/contracts/board';
import type { Viewport } from '../../board/scale';
import type { Check, Names } from './check';
import { contrastChecks, type Tokens } from './contrast';
import { flawsOf } from './flaws';
import { legibilityChecks } from './legibility';
import { subjectChecks } from './subjects';

export interface CheckOptions {
  readonly viewport: Viewport;
  /** Colours of the board's own theme. */
  readonly tokens: Tokens;
  /** Over all media types; `null`: not known yet. */
  readonly subjects: ReadonlySet<string> | null;
  readonly names: Names;
}

export function checksOf(board: Board, options: CheckOptions): readonly Check[] {
  const flaws = flawsOf(board);
  const found = [
    ...flaws,
    ...contrastChecks(board, options.tokens),
    ...legibilityChecks(board, options.viewport, options.names),
    ...subjectChecks(board, options.subjects, options.names),
  ];
  return found.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

const RANK: Record<Check['severity'], number> = { error: 0, warning: 1, hint: 2 };
