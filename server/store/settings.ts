/**
 * The settings that people change, in the store: boards as one document each, the rest as one. They go in and out as
 * one JSON file; importing replaces all of it, or, where anything is wrong, nothing.
 */
import type { z } from 'zod';
import type { Board } from '../../lib/contracts/board';
import { EMPTY_SETTINGS, type Settings, settingsSchema } from '../../lib/contracts/settings';
import { err, ok, type Result } from '../../lib/result';
import type { DocumentStore, StoredDocument, Write } from './ports';

const BOARD_KIND = 'board';
const SETTINGS_KIND = 'settings';
const SETTINGS_ID = 'main';
/** Far more than 200 boards and 500 groups of 20,000 queues need in practice. */
const MAX_CHARACTERS = 20_000_000;

/** What holds now. Throws where the store holds something that this version cannot read. */
export async function readSettings(store: DocumentStore): Promise<Settings> {
  const main = await store.get(SETTINGS_KIND, SETTINGS_ID);
  if (main === null) return EMPTY_SETTINGS;
  // Written by importSettings below; whatever it holds in truth is for the schema to say.
  const { boardIds, ...content } = main.content as { boardIds?: readonly string[] };
  const boards = inOrder(await store.list(BOARD_KIND), boardIds ?? []);
  const parsed = settingsSchema.safeParse({ ...content, boards });
  if (parsed.success) return parsed.data;
  throw new Error(`the store holds settings that cannot be read: ${problemsOf(parsed.error).join('; ')}`);
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
function inOrder(stored: readonly StoredDocument[], ids: readonly string[]): Board[] {
  const rank = new Map(ids.map((id, index) => [id, index]));
  const rankOf = (document: StoredDocument) => rank.get(document.id) ?? ids.length;
  // Parsed by the caller's schema.
  return [...stored].sort((a, b) => rankOf(a) - rankOf(b)).map((document) => document.content as Board);
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`);
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}
