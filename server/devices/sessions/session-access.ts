/**
 * Whose a session is, and in what roles somebody acts. An agent reaches the sessions of interactions that he takes part
 * in, now or before; whether he does is known from the last time that the platform was asked, and asked again where he
 * is not among them. What cannot be found out is not allowed.
 */
import { err, ok, type Result } from '../../../lib/result';
import type { Clock } from '../../runtime/clock';
import type { Failure } from '../../runtime/errors';
import type { Interaction, InteractionDirectory } from '../ports';
import { isAmong } from '../reach';
import type { Viewer } from '../telemetry-desk';

export interface SessionAccessOptions {
  /** `null`: there is no platform to ask; agents have no interactions then. */
  readonly interactions: Pick<InteractionDirectory, 'find'> | null;
  /** Roles that the platform gives; `null`: those of the account here are all. */
  readonly platformRoles: ((userId: string) => Promise<Result<readonly string[], Failure>>) | null;
  readonly clock: Clock;
}

/** `unavailable`: it cannot be found out now. */
export type Reach = 'yes' | 'no' | 'unavailable';

interface Known {
  readonly roles: readonly string[];
  /** Monotonic: then they are asked for anew. */
  readonly until: number;
}

/** Who takes part in an interaction; `null`: it cannot be found out. */
type Agents = readonly string[] | null;

interface Asked {
  readonly agents: Promise<Agents>;
  /** Monotonic. */
  readonly at: number;
}

const ASK_AGAIN_MS = 5_000;
const ROLES_KNOWN_MS = 60_000;
/** Of users, and of interactions that somebody asked for in vain. */
const MAX_KNOWN = 5_000;

export class SessionAccess {
  readonly #options: SessionAccessOptions;
  readonly #roles = new Map<string, Known>();
  readonly #asked = new Map<string, Asked>();

  constructor(options: SessionAccessOptions) {
    this.#options = options;
  }

  /** The interaction of a session that is to begin; `null`: there is no platform to ask. */
  async interactionFor(
    viewer: Viewer,
    interactionId: string,
  ): Promise<Result<Interaction | null, 'not-found' | 'not-yours' | 'unavailable'>> {
    const { interactions } = this.#options;
    if (interactions === null) return viewer.reach === 'all' ? ok(null) : err('not-yours');
    const found = await interactions.find(interactionId);
    if (!found.ok) return err('unavailable');
    if (found.value === null) return err('not-found');
    return isAmong(viewer, found.value.agentUserIds) ? ok(found.value) : err('not-yours');
  }

  /** `learn` is told who takes part in it, where the platform was asked. */
  async reaches(
    viewer: Viewer,
    session: { readonly interactionId: string; readonly agentUserIds: readonly string[] },
    learn: (agentUserIds: readonly string[]) => void,
  ): Promise<Reach> {
    if (isAmong(viewer, session.agentUserIds)) return 'yes';
    const { interactions } = this.#options;
    if (viewer.genesysUserId === null || interactions === null) return 'no';
    const agents = await this.#agentsFor(interactions, session.interactionId, viewer.genesysUserId);
    if (agents === null) return 'unavailable';
    if (!isAmong(viewer, agents)) return 'no';
    learn(agents);
    return 'yes';
  }

  /** All that he is now: asked at each command. Where the platform does not answer its roles are not his. */
  async rolesOf(roles: readonly string[], userId: string | null): Promise<readonly string[]> {
    const { platformRoles, clock } = this.#options;
    if (platformRoles === null || userId === null) return roles;
    const given = await platformRoles(userId);
    const [theirs, keepMs] = given.ok ? [given.value, ROLES_KNOWN_MS] : [[], ASK_AGAIN_MS];
    this.#roles.delete(userId);
    bounded(this.#roles);
    this.#roles.set(userId, { roles: theirs, until: clock.monotonicNow() + keepMs });
    return [...new Set([...roles, ...theirs])];
  }

  /** As it was known a short while ago, to show what may be asked; it is found out in the background. */
  rolesShown(roles: readonly string[], userId: string | null): readonly string[] {
    if (this.#options.platformRoles === null || userId === null) return roles;
    const known = this.#roles.get(userId);
    if (known === undefined || this.#options.clock.monotonicNow() >= known.until) {
      void this.rolesOf(roles, userId);
    }
    return known === undefined ? roles : [...new Set([...roles, ...known.roles])];
  }

  /** Whoever knocks in vain does not make us knock at the platform each time: for a moment he gets the same answer. */
  #agentsFor(
    interactions: Pick<InteractionDirectory, 'find'>,
    interactionId: string,
    userId: string,
  ): Promise<Agents> {
    const key = JSON.stringify([interactionId, userId]);
    const now = this.#options.clock.monotonicNow();
    const last = this.#asked.get(key);
    if (last !== undefined && now - last.at < ASK_AGAIN_MS) return last.agents;
    this.#asked.delete(key);
    bounded(this.#asked);
    const agents = interactions
      .find(interactionId)
      .then((found) => (found.ok ? (found.value?.agentUserIds ?? []) : null));
    this.#asked.set(key, { agents, at: now });
    return agents;
  }
}

/** Room for one more: the one that was set first goes. */
function bounded(map: Map<string, unknown>): void {
  if (map.size < MAX_KNOWN) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
