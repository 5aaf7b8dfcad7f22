/** Between the form of a new board and what the server takes; and a board's file, read before anything is sent. Pure. */
import { z } from 'zod';
import { boardSchema } from '../../lib/contracts/board';
import type { NewBoard, TEMPLATES } from '../../lib/contracts/board-desk';
import { err, ok, type Result } from '../../lib/result';

/** More than the largest board takes. */
export const MOST_BYTES = 1_000_000;

export interface BoardFile {
  readonly name: string;
  /** As it was read: what it lacks or has too much is the server's to say. */
  readonly board: unknown;
}

export type FileProblem = 'fileLarge' | 'fileNoJson' | 'fileNoBoard';

const fileSchema = z.object({ name: z.string(), pages: z.array(z.unknown()) });

export function boardOfFile(text: string): Result<BoardFile, FileProblem> {
  const json = jsonOf(text);
  if (json === undefined) return err('fileNoJson');
  // Kept beside the board's own shape: some files say which version they are of.
  const inner = z.object({ board: fileSchema }).safeParse(json);
  const board = inner.success ? (json as { board: unknown }).board : json;
  const named = fileSchema.safeParse(board);
  if (!named.success) return err('fileNoBoard');
  return boardSchema.safeParse(board).success
    ? ok({ name: named.data.name.slice(0, 60), board })
    : err('fileNoBoard');
}

/** `undefined`: it is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface NewBoardText {
  readonly name: string;
  readonly kind: NewBoard['from']['kind'];
  readonly template: (typeof TEMPLATES)[number];
  /** '' where none is chosen. */
  readonly subject: string;
  readonly boardId: string;
  readonly file: BoardFile | null;
}

/** What the contract may still refuse: a name that is missing, a board that was not chosen. */
export function newBoardOf({ name, kind, template, subject, boardId, file }: NewBoardText): unknown {
  if (kind === 'copy') return { name, from: { kind, boardId } };
  if (kind === 'file') return file === null ? null : { name, from: { kind, board: file.board } };
  const isOfOne = template === 'one-queue';
  if (isOfOne && subject === '') return null;
  return { name, from: { kind, template, ...(isOfOne ? { subject } : {}) } };
}
