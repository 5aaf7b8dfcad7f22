/**
 * Where this page goes by itself: a screen to the board that it was given, whoever is signed out to the sign-in, a
 * screen that is paired no longer, after a moment in which one can read why, to the page that pairs it anew.
 */
import type { Cancel, Clock } from './clock';

/** The part of `window.location` that is used. */
export interface PageLocation {
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  replace(address: string): void;
}

export const PAIR_AFTER_MS = 10_000;

/** Whether the page is where `path` leads: its path, and each part of its query; the page may say more in its own. */
export function isAt(location: Omit<PageLocation, 'replace'>, path: string): boolean {
  const there = new URL(path, location.origin);
  const here = new URL(location.pathname + location.search, location.origin);
  if (there.pathname !== here.pathname) return false;
  return [...there.searchParams].every(([key, value]) => here.searchParams.get(key) === value);
}

export class PageMoves {
  readonly #location: () => PageLocation;
  readonly #clock: Pick<Clock, 'after'>;
  #pairing: Cancel | null = null;

  constructor(location: () => PageLocation, clock: Pick<Clock, 'after'>) {
    this.#location = location;
    this.#clock = clock;
  }

  assigned(path: string): void {
    const location = this.#location();
    if (!isAt(location, path)) location.replace(path);
  }

  signedOut(): void {
    const location = this.#location();
    location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  revoked(): void {
    this.stop();
    this.#pairing = this.#clock.after(PAIR_AFTER_MS, () => this.#location().replace('/pair'));
  }

  stop(): void {
    this.#pairing?.();
    this.#pairing = null;
  }
}
