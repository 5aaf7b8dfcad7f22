/**
 * The last good picture of a board, kept in the browser, so that after a power cut or a reload there is something
 * to show, marked with its age, before the server answers. Bounded: a picture that is too large is not kept, and
 * of many boards only the newest few. What cannot be read is thrown away; a full or forbidden storage is no error.
 */
import { z } from 'zod';
import type { LiveState } from '../../lib/apply-delta';
import { alertsFrameSchema } from '../../lib/contracts/alert';
import { announcementsFrameSchema } from '../../lib/contracts/announcement';
import { type Limit, PUSH_VERSION, type Snapshot, snapshotSchema } from '../../lib/contracts/push';

/** The part of the Web Storage API that is used. */
export interface KeyValueStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = 'floorcast.picture.1.';
const LONGEST_TEXT = 1_500_000;
const MOST_PICTURES = 4;

const pictureSchema = z.object({
  heardAt: z.number(),
  snapshot: snapshotSchema,
  /** Absent: none were ever heard. What cannot be read of them costs nothing else. */
  alerts: alertsFrameSchema.nullish().catch(null),
  announcements: announcementsFrameSchema.nullish().catch(null),
});
export type Picture = z.infer<typeof pictureSchema>;

/** A state as the snapshot that would give it. */
export function snapshotOf(state: LiveState, limits: readonly Limit[]): Snapshot {
  const { epoch, seq, serverTime, build, board, sources } = state;
  return {
    v: PUSH_VERSION,
    epoch,
    seq,
    serverTime,
    build,
    board,
    subjects: [...state.subjects.values()],
    values: [...state.values.values()],
    trends: [...state.trends.values()].flat(),
    sources,
    limits: [...limits],
  };
}

/** `null` where none is kept, or none that can be read. */
export function loadPicture(storage: KeyValueStorage | null, boardId: string): Picture | null {
  const text = attempt(() => storage?.getItem(PREFIX + boardId) ?? null);
  if (text === null) return null;
  const json = attempt((): unknown => JSON.parse(text));
  const parsed = pictureSchema.safeParse(json);
  if (parsed.success && parsed.data.snapshot.board.id === boardId) return parsed.data;
  attempt(() => storage?.removeItem(PREFIX + boardId));
  return null;
}

/** Whether it could be kept. */
export function savePicture(storage: KeyValueStorage | null, boardId: string, picture: Picture): boolean {
  if (storage === null) return false;
  const text = JSON.stringify(picture);
  if (text.length > LONGEST_TEXT) return false;
  return (
    attempt(() => {
      dropOldPictures(storage, PREFIX + boardId);
      storage.setItem(PREFIX + boardId, text);
      return true;
    }) ?? false
  );
}

/** Forgets every picture that is kept here, of whatever board: whoever looks at this browser may see none any more. */
export function dropAllPictures(storage: KeyValueStorage | null): void {
  if (storage === null) return;
  for (const key of attempt(() => pictureKeys(storage)) ?? []) attempt(() => storage.removeItem(key));
}

function dropOldPictures(storage: KeyValueStorage, kept: string): void {
  const others = pictureKeys(storage).filter((key) => key !== kept);
  for (const key of others.slice(0, Math.max(0, others.length - (MOST_PICTURES - 1))))
    storage.removeItem(key);
}

function pictureKeys(storage: KeyValueStorage): readonly string[] {
  const keys: string[] = [];
  for (let index = 0; index < storage.length; index += 1) {
    const key = storage.key(index);
    if (key?.startsWith(PREFIX)) keys.push(key);
  }
  return keys;
}

/** A browser may forbid or fill its storage at any call; the screen goes on without. */
function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
