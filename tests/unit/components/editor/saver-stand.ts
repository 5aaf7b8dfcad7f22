/** A saver of drafts before a server that a test plays. */
import { isSound } from '../../../../components/editor/checks/flaws';
import type { SaveAnswer } from '../../../../components/editor/desk-calls';
import { DraftSaver } from '../../../../components/editor/draft-saver';
import { beginSaving } from '../../../../components/editor/save-state';
import type { Problem } from '../../../../components/ui/fetch-json';
import type { Board } from '../../../../lib/contracts/board';
import type { BoardEdit } from '../../../../lib/contracts/board-desk';
import { ok, type Result } from '../../../../lib/result';
import { FakeClock } from '../../../support/fake-clock';
import { BOARD } from './any-edits';

export const ADA = { by: 'Ada', at: 7 };
export const AWAY: Problem = { kind: 'unreachable' };

/** A saver whose answers a test gives. */
export function stand() {
  const clock = new FakeClock();
  const sent: { name: string; revision: number; answer: (said: Result<SaveAnswer, Problem>) => void }[] = [];
  const seen: string[] = [];
  const reads: ((said: Result<BoardEdit, Problem>) => void)[] = [];
  const saver = new DraftSaver(
    {
      ...{ clock, isSound },
      save: (board, revision) =>
        new Promise((answer) => {
          sent.push({ name: board.name, revision, answer });
        }),
      read: () => new Promise((answer) => void reads.push(answer)),
      onState: ({ saving }) => seen.push(saving.state),
    },
    BOARD,
    beginSaving(0, null),
  );
  const name = (text: string): Board => ({ ...BOARD, name: text });
  return { clock, sent, reads, seen, saver, name };
}
/** The desk's answer where this is the draft. */
export const drafted = (board: Board, revision: number): BoardEdit => ({
  ...{ serverTime: 1, id: board.id, origin: 'stored', version: 3, published: BOARD, versions: [] },
  publishedBy: { by: 'Bob', at: 5 },
  draft: { board, revision, basedOn: 3, saved: ADA },
});
export const stored = (revision: number) => ok({ kind: 'stored', revision, last: ADA } as const);
/** Lets answers be heard. */
export const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};
