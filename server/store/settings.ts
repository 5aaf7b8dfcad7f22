/**
 * The settings that people change, in the store: boards as one document each, the rest as one. They go in and out as
 * one JSON file; importing replaces all of it, or, where anything is wrong, nothing. A board that an import changes is
 * a published version like any other; drafts stay, but for those of boards that go.
 */
import { z } from 'zod';
import { boardSchema } from '../../lib/contracts/board';
import { type DeviceRule, EMPTY_SETTINGS, type Settings, settingsSchema } from '../../lib/contracts/settings';
import { err, ok, type Result } from '../../lib/result';
import { BOARD_KIND, publishWrites, readHeldBoard, removalWrites, type Who } from './board-documents';
import { boardProblems } from './board-problems';
import type { DocumentStore, StoredDocument, Write } from './ports';
import { problemsOf } from './problem-words';
import { blankMain, type HeldMain, mainWrite, PARTS, partWrite, readMain, readPart } from './settings-main';

/** Far more than 200 boards and 500 groups of 20,000 queues need in practice. */
const MAX_CHARACTERS = 20_000_000;
/** Others who may be faster, in a row. */
const MOST_ROUNDS = 5;
/** By whom versions were published that came by a file. */
export const IMPORTED = 'import';

/**
 * What holds now. Throws where the store holds something that this version cannot read; with `leftOut` it does without
 * boards that are so, and tells of them: what they show is counted all the same.
 */
export async function readSettings(
  store: DocumentStore,
  leftOut?: (boardId: string, problem: string) => void,
): Promise<Settings> {
  const main = await readableMain(store);
  if (main.at === 0) return EMPTY_SETTINGS;
  const { boardIds, ...rest } = main.content;
  const stored = inOrder(await store.list(BOARD_KIND), boardIds);
  const boards = leftOut === undefined ? stored : stored.filter((board) => isReadable(board, leftOut));
  const parsed = settingsSchema.safeParse({ ...rest, boards: boards.map((board) => board.content) });
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error);
}

async function readableMain(store: DocumentStore): Promise<HeldMain> {
  try {
    return await readMain(store);
  } catch (thrown) {
    throw thrown instanceof z.ZodError ? unreadable(thrown) : thrown;
  }
}

function isReadable({ id, content }: StoredDocument, leftOut: (boardId: string, problem: string) => void) {
  const parsed = boardSchema.safeParse(content);
  if (parsed.success && parsed.data.id === id) return true;
  leftOut(id, parsed.success ? 'id: another than it is stored under' : problemsOf(parsed.error).join('; '));
  return false;
}

function unreadable(error: z.ZodError): Error {
  return new Error(`the store holds settings that cannot be read: ${problemsOf(error).join('; ')}`);
}

/** The file a person keeps: JSON, to be read and changed by hand. */
export async function exportSettings(store: DocumentStore): Promise<string> {
  return `${JSON.stringify(await readSettings(store), null, 2)}\n`;
}

/** Replaces all settings by those of a file; or names every problem with its path, and changes nothing. `at`: now. */
export async function importSettings(
  store: DocumentStore,
  json: string,
  at: number,
): Promise<Result<Settings, readonly string[]>> {
  const parsed = parseSettings(json);
  if (!parsed.ok) return parsed;
  const written = await store.write(await replacement(store, parsed.value, { at, by: IMPORTED }));
  return written.ok ? parsed : err(['somebody else changed settings at the same moment: try again']);
}

/** Replaces the device-to-queue mapping alone. Rejects where it cannot be written. */
export async function saveDeviceRules(
  store: DocumentStore,
  deviceRules: readonly DeviceRule[],
): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const written = await store.write([mainWrite(await readMain(store), { deviceRules })]);
    if (written.ok) return;
  }
  throw new Error('the settings change too fast to save the device-to-queue mapping');
}

/** Reads the file's text; every problem begins with the path of what it is about. */
export function parseSettings(json: string): Result<Settings, readonly string[]> {
  if (json.length > MAX_CHARACTERS) return err(['the file is too large to be one of ours']);
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (thrown) {
    // JSON.parse throws nothing but SyntaxError.
    return err([`the file is no JSON: ${(thrown as SyntaxError).message}`]);
  }
  const parsed = settingsSchema.safeParse(content);
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error)), ...problemsOfBoards(content)];
  return parsed.success && problems.length === 0 ? ok(parsed.data) : err(problems);
}

/** Of those that are boards; of the others the schema says what is wrong. */
function problemsOfBoards(content: unknown): readonly string[] {
  const held = z.object({ boards: z.array(z.unknown()) }).safeParse(content);
  return (held.data?.boards ?? []).flatMap((board, index) => {
    const parsed = boardSchema.safeParse(board);
    return parsed.success ? boardProblems(parsed.data).map((text) => `boards[${index}].${text}`) : [];
  });
}

async function replacement(store: DocumentStore, settings: Settings, who: Who): Promise<Write[]> {
  const { boards, ...rest } = settings;
  const boardIds = boards.map((board) => board.id);
  const writes: Write[] = [mainWrite(await blankMain(store), { ...rest, boardIds })];
  for (const { id } of await store.list(BOARD_KIND)) {
    if (!boardIds.includes(id)) writes.push(...removalWrites(await readHeldBoard(store, id)));
  }
  for (const board of boards) {
    const held = await readHeldBoard(store, board.id);
    const isSame = JSON.stringify(held.published) === JSON.stringify(board);
    if (!isSame) writes.push(...publishWrites(held, { board, who, note: '' }));
  }
  for (const part of [...PARTS, 'import'] as const)
    writes.push(partWrite(part, await readPart(store, part), who));
  return writes;
}

/** Boards in the order of the file that was imported. */
function inOrder(stored: readonly StoredDocument[], ids: readonly string[]): StoredDocument[] {
  const rank = new Map(ids.map((id, index) => [id, index]));
  const rankOf = (document: StoredDocument) => rank.get(document.id) ?? ids.length;
  return [...stored].sort((a, b) => rankOf(a) - rankOf(b));
}
