'use client';
/**
 * Signing out. It is done on the sign-in page, which has no socket open: the end of the session would lead a board's
 * page away before the server has said where to sign out at the provider. That somebody asked for it is remembered in
 * this page only, so that no link from elsewhere signs anybody out.
 */
import { redirectSchema } from '../../lib/contracts/access';
import { err, ok, type Result } from '../../lib/result';
import { dropAllPictures, type KeyValueStorage } from '../live/picture-store';
import { callServer, type Problem } from '../ui/fetch-json';
import { leaveTarget } from './sign-in-state';

let isAsked = false;

export function askSignOut(): void {
  isAsked = true;
}

/** Whether it was asked for; once. */
export function takeSignOut(): boolean {
  const was = isAsked;
  isAsked = false;
  return was;
}

/** Gives where to go. The pictures of boards that this browser keeps go in any case. */
export async function signOut(): Promise<Result<string, Problem>> {
  dropAllPictures(localStorageOrNone());
  const said = await callServer({ path: '/auth/sign-out', method: 'POST', schema: redirectSchema });
  if (!said.ok) return err(said.error);
  return ok(leaveTarget(said.value.content.location, window.location.origin));
}

function localStorageOrNone(): KeyValueStorage | null {
  try {
    return window.localStorage;
  } catch {
    // Forbidden: then nothing is kept either.
    return null;
  }
}
