/** What the editor asks of the desk of boards (lib/contracts/board-desk). Each answer is a value; nothing throws. */
import { z } from 'zod';
import type { Board } from '../../lib/contracts/board';
import {
  type BoardEdit,
  type BoardListing,
  boardEditSchema,
  conflictSchema,
  type NewBoard,
  type Publish,
  type Thresholds,
  thresholdsSchema,
} from '../../lib/contracts/board-desk';
import { err, ok, type Result } from '../../lib/result';
import { callServer, type Problem } from '../ui/fetch-json';
import type { Overtaking } from './save-state';

/** Somebody was faster: who, and when. */
export interface Overtaken {
  readonly kind: 'overtaken';
  readonly overtaking: Overtaking;
}
export type SaveAnswer =
  | { readonly kind: 'stored'; readonly revision: number; readonly last: Overtaking }
  | Overtaken;
export type EditAnswer = { readonly kind: 'done'; readonly edit: BoardEdit } | Overtaken;

const DESK = '/api/v1/board-desk';

function pathOf(id: string, rest = ''): string {
  return `${DESK}/${encodeURIComponent(id)}${rest}`;
}

export async function readEdit(id: string): Promise<Result<BoardEdit, Problem>> {
  const said = await callServer({ path: pathOf(id), schema: boardEditSchema });
  return said.ok ? ok(said.value.content) : said;
}

/** The draft as a whole. */
export async function saveDraft(board: Board, revision: number): Promise<Result<SaveAnswer, Problem>> {
  const said = await change(pathOf(board.id, '/draft'), { board, revision });
  if (!said.ok || said.value.kind === 'overtaken') return said as Result<Overtaken, Problem>;
  const { draft } = said.value.edit;
  if (draft === null) return err({ kind: 'unreadable' });
  return ok({ kind: 'stored', revision: draft.revision, last: draft.saved });
}

export function publishDraft(id: string, wish: Publish) {
  return change(pathOf(id, '/publish'), wish);
}

export function restoreVersion(id: string, wish: { version: number; revision: number }) {
  return change(pathOf(id, '/restore'), wish);
}

/** `gone`: nothing of the board is left, as it was a draft only. */
export async function dropDraft(
  id: string,
  revision: number,
): Promise<Result<EditAnswer | { readonly kind: 'gone' }, Problem>> {
  const schema = boardEditSchema.or(z.undefined());
  const said = await callServer({
    path: pathOf(id, `/draft?revision=${revision}`),
    method: 'DELETE',
    schema,
  });
  if (!said.ok) return orOvertaken(said.error);
  return ok(said.value.content === undefined ? { kind: 'gone' } : { kind: 'done', edit: said.value.content });
}

export async function makeBoard(wish: NewBoard): Promise<Result<BoardEdit, Problem>> {
  const said = await callServer({ path: DESK, method: 'POST', body: wish, schema: boardEditSchema });
  return said.ok ? ok(said.value.content) : said;
}

export type Listed = Pick<BoardListing, 'id' | 'version' | 'draft'>;

/** Of one that was never published the draft is all that goes. */
export function deletionPath({ id, version, draft }: Listed): string {
  const revision = draft?.revision ?? 0;
  const isDraft = version === 0;
  return pathOf(id, isDraft ? `/draft?revision=${revision}` : `?version=${version}&revision=${revision}`);
}

/** Also of a board that somebody changed meanwhile: then nothing is done, and the list is to be looked at again. */
export function deleteListed(listed: Listed): Promise<Result<unknown, Problem>> {
  return callServer({ path: deletionPath(listed), method: 'DELETE', schema: z.unknown() });
}

export async function saveThresholds(wish: Thresholds): Promise<Result<Thresholds | Overtaken, Problem>> {
  const said = await callServer({
    ...{ path: '/api/v1/thresholds', method: 'POST', body: wish, schema: thresholdsSchema },
  });
  return said.ok ? ok(said.value.content) : orOvertaken(said.error);
}

async function change(path: string, body: unknown): Promise<Result<EditAnswer, Problem>> {
  const said = await callServer({ path, method: 'POST', body, schema: boardEditSchema });
  return said.ok ? ok({ kind: 'done', edit: said.value.content }) : orOvertaken(said.error);
}

function orOvertaken(problem: Problem): Result<Overtaken, Problem> {
  if (problem.kind !== 'refused' || problem.status !== 409) return err(problem);
  const conflict = conflictSchema.safeParse(problem.body);
  if (!conflict.success) return err(problem);
  const { by, at } = conflict.data;
  return ok({ kind: 'overtaken', overtaking: { by, at } });
}
