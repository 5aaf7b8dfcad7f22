/** How old what one carrier says is: of the broker, or of whoever counts sessions. Each has its own. */
import type { Clock } from '../../runtime/clock';
import { type Freshness, isStale, NEVER_LINKED, silenceOf, stepFreshness } from '../freshness';

type Lost = Parameters<typeof silenceOf>[0];

export interface LinkAge {
  /** True where that made it stale, or live again; so do the next two. */
  lost(event: Lost): boolean;
  restored(at: number): boolean;
  tick(): boolean;
  isStale(): boolean;
  /** Whether it was ever there: from then on what nobody speaks of is 0. */
  wasThere(): boolean;
  /** Epoch ms until which all that was said is known to have been right, without being said again; 0: never. */
  heardAt(): number;
}

export function createLinkAge(clock: Clock): LinkAge {
  let freshness: Freshness = NEVER_LINKED;
  let restoredAt: number | null = null;

  function step(event: Parameters<typeof stepFreshness>[1]): boolean {
    const held = freshness;
    freshness = stepFreshness(held, event);
    return isStale(held) !== isStale(freshness);
  }

  return {
    lost: (event) =>
      step({
        kind: 'lost',
        now: clock.monotonicNow(),
        heardAt: event.heardAt,
        silentMs: silenceOf(event),
      }),
    restored(at) {
      restoredAt = at;
      return step({ kind: 'restored' });
    },
    tick: () => step({ kind: 'tick', now: clock.monotonicNow() }),
    isStale: () => isStale(freshness),
    wasThere: () => restoredAt !== null,
    heardAt: () => Math.max(restoredAt ?? 0, freshness.state === 'stale' ? freshness.heardAt : 0),
  };
}
