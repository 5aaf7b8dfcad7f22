/**
 * What is kept of a paired screen, and its token's generations. Pure: `now` is epoch ms.
 *
 * A television has nobody who could sign it in again, so its token must never be lost: not by a power cut before the
 * browser has written the new cookie to its disk, and not by an answer that never arrives. Therefore two generations
 * are good: `current` and `previous`. When the screen changes its token, the one that it shows becomes `previous`, a
 * new one `current`, and all others are dropped: whichever of the two it still has after a mishap, it gets in and the
 * other ends. Changes are an hour apart at least, so that the cookie is on the disk before the one in use is dropped.
 * A token that was copied is dropped at the second change after it. Who uses a copy to change tokens himself turns the
 * television dark: that is seen, and ended from the list of screens.
 */
import { z } from 'zod';
import {
  type ChangeScreen,
  type PairScreen,
  type ScreenRecord,
  screenSchema,
} from '../../../lib/contracts/access';
import type { ScreenStanding } from '../../../lib/contracts/screen-report';
import type { ScreenPrincipal } from '../principal';
import { hashOf, isHashOf } from '../secret-hash';

/** Between two changes of the token. */
export const ROTATION_MIN_MS = 60 * 60_000;
/** Being seen is noted this often at most. */
export const NOTE_SEEN_MS = 60_000;
/** Stands where there is no hash, and is as long as one; 256 bits in base64url never end like that. */
const NO_HASH = '-'.repeat(43);

export const screenRecordSchema = screenSchema.omit({ id: true, connected: true, standing: true }).extend({
  tokens: z.object({ current: z.string(), previous: z.string().nullable(), rotatedAt: z.number() }),
});
export type StoredScreen = z.infer<typeof screenRecordSchema>;

/** Where a screen hangs and what it shows. */
export type ScreenPlace = Omit<PairScreen, 'code'>;

const TOKEN = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/;

export interface ScreenToken {
  readonly screenId: string;
  readonly secret: string;
}

/** `<screenId>.<secret>`; `null`: not of that form. */
export function parseScreenToken(text: string): ScreenToken | null {
  const [, screenId, secret] = TOKEN.exec(text) ?? [];
  return screenId === undefined || secret === undefined ? null : { screenId, secret };
}

/** Whether the secret is of a generation that is good. Two comparisons whatever there is. */
export function opens(secret: string, screen: StoredScreen | null): boolean {
  const isCurrent = isHashOf(secret, screen?.tokens.current ?? NO_HASH);
  const isPrevious = isHashOf(secret, screen?.tokens.previous ?? NO_HASH);
  return isCurrent || isPrevious;
}

export function isRotationDue({ tokens }: StoredScreen, now: number): boolean {
  // Before the last one: the wall clock was set back.
  return now < tokens.rotatedAt || now - tokens.rotatedAt >= ROTATION_MIN_MS;
}

/** After a change of the token: what was shown and what is new are good, and nothing else. */
export function rotated(screen: StoredScreen, shown: string, next: string, now: number): StoredScreen {
  return { ...screen, tokens: { current: hashOf(next), previous: hashOf(shown), rotatedAt: now } };
}

/** `null`: it was noted a moment ago. */
export function withSeen(screen: StoredScreen, now: number): StoredScreen | null {
  const sinceMs = now - (screen.lastSeenAt ?? Number.NEGATIVE_INFINITY);
  return sinceMs >= 0 && sinceMs < NOTE_SEEN_MS ? null : { ...screen, lastSeenAt: now };
}

/** The fields that become another, as the audit log writes them. */
export function changedFields(
  screen: StoredScreen,
  fields: ChangeScreen,
): readonly (readonly [keyof ScreenPlace, string | number])[] {
  // Its keys are those of the contract's own schema.
  const names = Object.keys(fields) as (keyof ScreenPlace)[];
  return names.flatMap((name) => {
    const value = fields[name];
    return value === undefined || value === screen[name] ? [] : [[name, value] as const];
  });
}

/** Where the screen goes by itself. */
export function pathOf(screen: ScreenPlace & { readonly id: string }): string {
  const query = new URLSearchParams({
    screen: screen.id,
    diagonal: String(screen.diagonalInches),
    distance: String(screen.farthestSeatMetres),
  });
  return `/screen/${encodeURIComponent(screen.boardId)}?${query}`;
}

export function screenPrincipal(id: string, { name, boardId }: StoredScreen): ScreenPrincipal {
  return { kind: 'screen', screenId: id, name, boardId };
}

/** As supervisors see it: no hash leaves the store. */
export function shownScreen(
  id: string,
  screen: StoredScreen,
  connected: boolean,
  standing: ScreenStanding | null = null,
): ScreenRecord {
  const { tokens: _, ...shown } = screen;
  return { id, ...shown, connected, ...(standing && { standing }) };
}
