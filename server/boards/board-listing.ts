/** The list of boards as the desk shows it: those to choose from in their order, then those nobody has published. Pure. */
import type { BoardListing } from '../../lib/contracts/board-desk';
import type { BoardDraft, BoardRecord } from '../store/board-documents';
import type { Boards } from './boards';

export interface Listed {
  readonly boards: Pick<Boards, 'list' | 'board' | 'made'>;
  readonly screens: ReadonlyMap<string, number>;
  readonly records: ReadonlyMap<string, BoardRecord>;
  readonly drafts: ReadonlyMap<string, BoardDraft>;
}

export function listingsOf(listed: Listed): readonly BoardListing[] {
  const { boards, records, drafts } = listed;
  const shown = boards.list().map(({ id }) => id);
  // One that cannot be read is shown nowhere, but can be mended here.
  const stored = [...records].filter(([, { version }]) => version > 0).map(([id]) => id);
  const ids = new Set([...shown, ...stored, ...drafts.keys()]);
  return [...ids].map((id) => listingOf(id, listed));
}

function listingOf(id: string, { boards, screens, records, drafts }: Listed): BoardListing {
  const record = records.get(id);
  const draft = drafts.get(id);
  const newest = record?.versions[0];
  const version = record?.version ?? 0;
  return {
    id,
    name: (boards.board(id) ?? draft?.board)?.name ?? id,
    origin: version === 0 && boards.made(id) !== null ? 'made' : 'stored',
    version,
    published: newest === undefined ? null : { at: newest.at, by: newest.by },
    draft: draft === undefined ? null : { ...draft.saved, revision: draft.revision },
    screens: screens.get(id) ?? 0,
  };
}
