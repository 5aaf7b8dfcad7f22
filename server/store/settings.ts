/**
 * The settings that people change, in the store: boards as one document each, the rest as one. They go in and out as
 * one JSON file; importing replaces all of it, or, where anything is wrong, nothing.
 */
import { z } from 'zod';
import { boardSchema } from '../../lib/contracts/board';
import { type DeviceRule, EMPTY_SETTINGS, type Settings, settingsSchema } from '../../lib/contracts/settings';
import { err, ok, type Result } from '../../lib/result';
import type { DocumentStore, StoredDocument, Write } from './ports';

const BOARD_KIND = 'board';
const SETTINGS_KIND = 'settings';
const SETTINGS_ID = 'main';
/** Far more than 200 boards and 500 groups of 20,000 queues need in practice. */
const MAX_CHARACTERS = 20_000_000;
/** Others who may be faster, in a row. */
const MOST_ROUNDS = 5;

/**
 * What holds now. Throws where the store holds something that this version cannot read; with `leftOut` it does without
 * boards that are so, and tells of them: what they show is counted all the same.
 */
export async function readSettings(
  store: DocumentStore,
  leftOut?: (boardId: string, problem: string) => void,
): Promise<Settings> {
  const main = await store.get(SETTINGS_KIND, SETTINGS_ID);
  if (main === null) return EMPTY_SETTINGS;
  const content = mainSchema.safeParse(main.content);
  if (!content.success) throw unreadable(content.error);
  const { boardIds, ...rest } = content.data;
  const stored = inOrder(await store.list(BOARD_KIND), boardIds);
  const boards = leftOut === undefined ? stored : stored.filter((board) => isReadable(board, leftOut));
  const parsed = settingsSchema.safeParse({ ...rest, boards: boards.map((board) => board.content) });
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error);
}

/** As importSettings below writes it; what it holds besides is for the whole's schema to say. */
const mainSchema = z.looseObject({ boardIds: z.array(z.string()).default([]) });

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

/** Replaces all settings by those of a file; or names every problem with its path, and changes nothing. */
export async function importSettings(
  store: DocumentStore,
  json: string,
): Promise<Result<Settings, readonly string[]>> {
  const parsed = parseSettings(json);
  if (!parsed.ok) return parsed;
  const main = await store.get(SETTINGS_KIND, SETTINGS_ID);
  const batch = replacement(parsed.value, await store.list(BOARD_KIND), main?.version ?? 0);
  const written = await store.write(batch);
  return written.ok ? parsed : err(['somebody else imported settings at the same moment: try again']);
}

/** Replaces the device-to-queue mapping alone. Rejects where it cannot be written. */
export async function saveDeviceRules(
  store: DocumentStore,
  deviceRules: readonly DeviceRule[],
): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const main = await store.get(SETTINGS_KIND, SETTINGS_ID);
    const { boards: _, ...empty } = EMPTY_SETTINGS;
    const held = main === null ? { ...empty, boardIds: [] } : mainSchema.parse(main.content);
    const put = { write: 'put', kind: SETTINGS_KIND, id: SETTINGS_ID } as const;
    const content = { ...held, deviceRules };
    const written = await store.write([{ ...put, content, expectedVersion: main?.version ?? 0 }]);
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
  return parsed.success ? ok(parsed.data) : err(problemsOf(parsed.error));
}

function replacement(settings: Settings, stored: readonly StoredDocument[], version: number): Write[] {
  const { boards, ...main } = settings;
  const boardIds = boards.map((board) => board.id);
  const gone = stored.filter((board) => !boardIds.includes(board.id));
  return [
    ...gone.map(({ id }): Write => ({ write: 'delete', kind: BOARD_KIND, id })),
    ...boards.map((board): Write => ({ write: 'put', kind: BOARD_KIND, id: board.id, content: board })),
    {
      write: 'put',
      kind: SETTINGS_KIND,
      id: SETTINGS_ID,
      content: { ...main, boardIds },
      expectedVersion: version,
    },
  ];
}

/** Boards in the order of the file that was imported. */
function inOrder(stored: readonly StoredDocument[], ids: readonly string[]): StoredDocument[] {
  const rank = new Map(ids.map((id, index) => [id, index]));
  const rankOf = (document: StoredDocument) => rank.get(document.id) ?? ids.length;
  return [...stored].sort((a, b) => rankOf(a) - rankOf(b));
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`);
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}
