/**
 * A board in the store: what screens get (`board`), who published what and when (`board-record`), the last versions one
 * by one (`board-version`, at `<id>@<version>`), and the draft (`board-draft`). They change together, in one batch:
 * these functions make its writes and write nothing. What of it cannot be read is as if it were not there.
 */
import { z } from 'zod';
import { type Board, boardIdSchema, boardSchema } from '../../lib/contracts/board';
import type { DocumentStore, StoredDocument, Write } from './ports';

export const BOARD_KIND = 'board';
const RECORD_KIND = 'board-record';
const DRAFT_KIND = 'board-draft';
const VERSION_KIND = 'board-version';
const COUNTER_KIND = 'board-desk';
const COUNTER_ID = 'revisions';
/** Older ones are forgotten, one at each publishing. */
export const KEPT_VERSIONS = 50;
export const MAX_BOARDS = 200;

const count = z.number().int().nonnegative();
const whoSchema = z.object({ at: z.number(), by: z.string() });
export type Who = z.infer<typeof whoSchema>;

const recordSchema = z.object({
  /** 0: nobody has published it. */
  version: count,
  /** Newest first. */
  versions: z.array(z.object({ version: count, ...whoSchema.shape, note: z.string() })),
  /** Who changed anything of it last: told to those who are too late. */
  touched: whoSchema.nullable(),
});
export type BoardRecord = z.infer<typeof recordSchema>;

const draftSchema = z.object({
  board: boardSchema,
  revision: count,
  basedOn: count,
  saved: whoSchema,
});
export type BoardDraft = z.infer<typeof draftSchema>;

export interface HeldBoard {
  readonly id: string;
  /** `null`: there is none, or it cannot be read. */
  readonly published: Board | null;
  /** Whether a published one is there, readable or not. */
  readonly isStored: boolean;
  readonly record: BoardRecord;
  readonly draft: BoardDraft | null;
  /** The documents' versions: a batch is written on top of these only. */
  readonly at: { readonly board: number; readonly record: number; readonly draft: number };
}

export async function readHeldBoard(store: DocumentStore, id: string): Promise<HeldBoard> {
  const [board, record, draft] = await Promise.all(
    [BOARD_KIND, RECORD_KIND, DRAFT_KIND].map((kind) => store.get(kind, id)),
  );
  const isStored = Boolean(board);
  return {
    id,
    published: boardIn(board, id),
    isStored,
    record: recordIn(record) ?? { version: isStored ? 1 : 0, versions: [], touched: null },
    draft: draftIn(draft, id),
    at: { board: board?.version ?? 0, record: record?.version ?? 0, draft: draft?.version ?? 0 },
  };
}

/** Whether a board of that id is stored, or has a draft. */
export function isHeld({ isStored, draft }: HeldBoard): boolean {
  return isStored || draft !== null;
}

/** Records and drafts of all boards, by id. */
export async function readAllHeld(store: DocumentStore): Promise<{
  readonly records: ReadonlyMap<string, BoardRecord>;
  readonly drafts: ReadonlyMap<string, BoardDraft>;
}> {
  const readable = <T>(documents: readonly StoredDocument[], read: (document: StoredDocument) => T | null) =>
    new Map(
      documents.flatMap((document): [string, T][] => {
        const content = isOurs(document) ? read(document) : null;
        return content === null ? [] : [[document.id, content]];
      }),
    );
  return {
    records: readable(await store.list(RECORD_KIND), recordIn),
    drafts: readable(await store.list(DRAFT_KIND), (document) => draftIn(document, document.id)),
  };
}

/** `null`: that version is not kept, or cannot be read. */
export async function readVersion(store: DocumentStore, id: string, version: number): Promise<Board | null> {
  return boardIn(await store.get(VERSION_KIND, versionId(id, version)), id);
}

export interface Publication {
  readonly board: Board;
  readonly who: Who;
  readonly note: string;
}

/** The board as its next version, which becomes what screens get. */
export function publishWrites(held: HeldBoard, { board, who, note }: Publication): readonly Write[] {
  const { id, at } = held;
  const version = held.record.version + 1;
  const all = [{ version, ...who, note }, ...held.record.versions];
  const record: BoardRecord = { version, versions: all.slice(0, KEPT_VERSIONS), touched: who };
  return [
    { write: 'put', kind: BOARD_KIND, id, content: board, expectedVersion: at.board },
    { write: 'put', kind: VERSION_KIND, id: versionId(id, version), content: board },
    recordWrite(held, record),
    ...all.slice(KEPT_VERSIONS).map((old) => deletionOfVersion(id, old.version)),
  ];
}

export function recordWrite({ id, at }: HeldBoard, record: BoardRecord): Write {
  return { write: 'put', kind: RECORD_KIND, id, content: record, expectedVersion: at.record };
}

/** `null` throws the draft away. */
export function draftWrite({ id, at }: HeldBoard, draft: BoardDraft | null): Write {
  const place = { kind: DRAFT_KIND, id, expectedVersion: at.draft };
  return draft === null ? { write: 'delete', ...place } : { write: 'put', ...place, content: draft };
}

/** All of the board goes: published, versions, record and draft. */
export function removalWrites(held: HeldBoard): readonly Write[] {
  const { id, at, record } = held;
  return [
    { write: 'delete', kind: BOARD_KIND, id, expectedVersion: at.board },
    { write: 'delete', kind: RECORD_KIND, id, expectedVersion: at.record },
    draftWrite(held, null),
    ...record.versions.map(({ version }) => deletionOfVersion(id, version)),
  ];
}

/** The next number of a draft's save; of all boards one counter, so that none comes back after a board has gone. */
export async function nextRevision(
  store: DocumentStore,
): Promise<{ readonly revision: number; readonly write: Write }> {
  const held = await store.get(COUNTER_KIND, COUNTER_ID);
  const parsed = z.object({ last: count }).safeParse(held?.content);
  const expectedVersion = held?.version ?? 0;
  // Where the counter itself cannot be read, the number of its changes is one that it had reached.
  const revision = Math.max(parsed.success ? parsed.data.last : 0, expectedVersion) + 1;
  const content = { last: revision };
  return {
    revision,
    write: { write: 'put', kind: COUNTER_KIND, id: COUNTER_ID, content, expectedVersion },
  };
}

/**
 * The writes that give a record to stored boards without one that can be read, as those of before there were versions:
 * what is there becomes version 1.
 */
export async function adoptionWrites(store: DocumentStore, who: Who): Promise<readonly Write[]> {
  const writes: Write[] = [];
  for (const { id } of (await store.list(BOARD_KIND)).filter(isOurs)) {
    const held = await readHeldBoard(store, id);
    // Every record that was written names who touched it.
    if (held.record.touched !== null) continue;
    const versions = held.published === null ? [] : [{ version: 1, ...who, note: '' }];
    writes.push(recordWrite(held, { version: 1, versions, touched: who }));
    if (held.published === null) continue;
    writes.push({ write: 'put', kind: VERSION_KIND, id: versionId(id, 1), content: held.published });
  }
  return writes;
}

/** An id of another form is none of ours: whoever is shown a list with it could not read the list. */
function isOurs({ id }: StoredDocument): boolean {
  return boardIdSchema.safeParse(id).success;
}

function deletionOfVersion(id: string, version: number): Write {
  return { write: 'delete', kind: VERSION_KIND, id: versionId(id, version) };
}

/** No board's id has an `@`. */
function versionId(id: string, version: number): string {
  return `${id}@${version}`;
}

function boardIn(document: StoredDocument | null | undefined, id: string): Board | null {
  const parsed = boardSchema.safeParse(document?.content);
  return parsed.success && parsed.data.id === id ? parsed.data : null;
}

function recordIn(document: StoredDocument | null | undefined): BoardRecord | null {
  const parsed = recordSchema.safeParse(document?.content);
  return parsed.success ? parsed.data : null;
}

function draftIn(document: StoredDocument | null | undefined, id: string): BoardDraft | null {
  const parsed = draftSchema.safeParse(document?.content);
  return parsed.success && parsed.data.board.id === id ? parsed.data : null;
}
