/** Publishes what is saved, and nothing else; what is changed while that goes out stays on top of it. */
import type { Publish } from '../../lib/contracts/board-desk';
import { err, ok, type Result } from '../../lib/result';
import type { Problem } from '../ui/fetch-json';
import type { EditAnswer } from './desk-calls';
import type { DraftSaver } from './draft-saver';

/** `notSaved`: the board is not as the contract wants it, or was left. */
export type PublishAnswer = EditAnswer | { readonly kind: 'notSaved' };

export interface Publishing {
  readonly saver: DraftSaver;
  /** The one that it goes on top of. */
  readonly version: number;
  readonly note: string;
  readonly publish: (wish: Publish) => Promise<Result<EditAnswer, Problem>>;
}

export async function publishSaved(publishing: Publishing): Promise<Result<PublishAnswer, Problem>> {
  const { saver, version, note, publish } = publishing;
  const { saving, revision } = await saver.settled();
  if (saving.state === 'overtaken') return ok({ kind: 'overtaken', overtaking: saving.overtaking });
  if (saving.state === 'failed') return err(saving.problem);
  if (saving.state !== 'saved') return ok({ kind: 'notSaved' });
  const sent = saver.board();
  const said = await publish({ revision, version, note });
  if (said.ok && said.value.kind === 'done') {
    const { draft } = said.value.edit;
    const now = saver.board();
    saver.rebase({ revision: draft?.revision ?? 0, last: draft?.saved ?? null, isMine: now !== sent }, now);
  }
  return said;
}
