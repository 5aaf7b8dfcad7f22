/**
 * Whether what is held of a queue may be drawn as live. A pure machine; durations are on a monotonic clock (ms).
 *
 *   never ──restored──► live ──lost──► lost ──5 s, or silent for 35 s already──► stale
 *                         ▲──────────restored──┴────────────────restored─────────┘
 *
 * A link that is back within five seconds was a blip and is not shown.
 */
export type Freshness =
  | { readonly state: 'never' }
  | { readonly state: 'live' }
  | { readonly state: 'lost'; readonly since: number; readonly heardAt: number }
  | { readonly state: 'stale'; readonly heardAt: number };

export type FreshnessEvent =
  /** `silentMs`: how long nothing had been heard when it was noticed; `heardAt`: epoch ms of the last sign of life. */
  | {
      readonly kind: 'lost';
      readonly now: number;
      readonly heardAt: number;
      readonly silentMs: number;
    }
  | { readonly kind: 'restored' }
  | { readonly kind: 'tick'; readonly now: number };

export const BLIP_MS = 5_000;
/** The platform's heartbeat comes every 30 s; its clients treat 35 s of silence as dead. */
export const SILENCE_MS = 35_000;

export const NEVER_LINKED: Freshness = { state: 'never' };
const LIVE: Freshness = { state: 'live' };

export function stepFreshness(freshness: Freshness, event: FreshnessEvent): Freshness {
  switch (event.kind) {
    case 'restored':
      return freshness.state === 'live' ? freshness : LIVE;
    case 'lost':
      if (freshness.state !== 'live') return freshness;
      return event.silentMs >= SILENCE_MS
        ? { state: 'stale', heardAt: event.heardAt }
        : { state: 'lost', since: event.now, heardAt: event.heardAt };
    case 'tick':
      if (freshness.state !== 'lost' || event.now - freshness.since < BLIP_MS) return freshness;
      return { state: 'stale', heardAt: freshness.heardAt };
  }
}

export function isStale(freshness: Freshness): boolean {
  return freshness.state === 'stale' || freshness.state === 'never';
}

/** How long nothing had been heard when a loss was noticed; ms. */
export function silenceOf(lost: {
  readonly at: number;
  readonly heardAt: number;
  readonly isBeyondBlip?: boolean;
}): number {
  return lost.isBeyondBlip === true ? Number.POSITIVE_INFINITY : lost.at - lost.heardAt;
}
