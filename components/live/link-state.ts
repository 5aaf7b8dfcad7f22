/**
 * The hop between this screen and the server, as a pure machine.
 *
 *   connecting ──snapshot──► live ──closed──► lost ──snapshot──► live
 *       └──────refused──────► refused ◄──refused──┘ (asked again all the same)
 *
 * `lost` keeps when the server was last heard: everything on the screen was right then, and nothing is known since.
 */
export type LinkState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly since: number }
  | { readonly state: 'lost'; readonly since: number; readonly heardAt: number }
  | { readonly state: 'refused'; readonly code: string; readonly message: string };

/** Times are server time, epoch ms. */
export type LinkEvent =
  | { readonly kind: 'snapshotReceived'; readonly at: number }
  | { readonly kind: 'pictureRestored'; readonly heardAt: number }
  | { readonly kind: 'closed'; readonly at: number; readonly heardAt: number | null }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

export const INITIAL_LINK: LinkState = { state: 'connecting' };

/** A no-op returns the same object. */
export function stepLink(link: LinkState, event: LinkEvent): LinkState {
  switch (event.kind) {
    case 'snapshotReceived':
      return link.state === 'live' ? link : { state: 'live', since: event.at };
    case 'pictureRestored':
      if (link.state !== 'connecting') return link;
      return { state: 'lost', since: event.heardAt, heardAt: event.heardAt };
    case 'closed':
      if (link.state !== 'live' || event.heardAt === null) return link;
      return { state: 'lost', since: event.at, heardAt: event.heardAt };
    case 'refused':
      return { state: 'refused', code: event.code, message: event.message };
  }
}

/** Refusals that end a standing here: nothing of the picture stays. */
const STANDING_CODES = ['unauthenticated', 'forbidden', 'revoked'] as const;
export type StandingCode = (typeof STANDING_CODES)[number];

/** Why there is nothing to be seen here; `null` where that is not so. */
export function standingCodeOf(link: LinkState): StandingCode | null {
  if (link.state !== 'refused') return null;
  return STANDING_CODES.find((code) => code === link.code) ?? null;
}

/** Ceilings in ms; the last one repeats for ever. */
export const RECONNECT_DELAYS_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 10_000];
const SHORTEST_DELAY_MS = 500;

/** Ms until the next try: half to all of the ceiling, so that a hall of screens does not come back in step. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceiling = RECONNECT_DELAYS_MS[Math.min(attempt, RECONNECT_DELAYS_MS.length - 1)] ?? SHORTEST_DELAY_MS;
  return Math.max(SHORTEST_DELAY_MS, Math.round(ceiling * (0.5 + random() / 2)));
}

/** Who may not see this board now may be allowed to later. */
const FORBIDDEN_RETRY_MS = 10_000;

/** Ms until the next try after a link that ended like this. */
export function retryDelayMs(link: LinkState, attempt: number, random: () => number): number {
  return standingCodeOf(link) === null ? reconnectDelayMs(attempt, random) : FORBIDDEN_RETRY_MS;
}
