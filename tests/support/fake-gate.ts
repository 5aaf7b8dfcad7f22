/**
 * A gate that a test opens, closes, slows and breaks: who presents which `Authorization` or cookie header is whom, and
 * who still stands. What is not listed is nobody's.
 */
import type { Credentials, Ended, Gate } from '../../server/access/gate';
import {
  ANONYMOUS,
  type Identity,
  LOCAL,
  type MachinePrincipal,
  type PersonPrincipal,
  type Principal,
  type ScreenPrincipal,
} from '../../server/access/principal';

/** As the tests' access grid names them. */
export const PERSON = (roles: PersonPrincipal['roles'], id = 'p1'): PersonPrincipal => ({
  kind: 'person',
  sessionId: `session-of-${id}`,
  personId: id,
  name: `Person ${id}`,
  roles,
});
export const SCREEN = (boardId = 'main', screenId = 's1'): ScreenPrincipal => ({
  kind: 'screen',
  screenId,
  name: `Screen ${screenId}`,
  boardId,
});
export const MACHINE = (scopes: MachinePrincipal['scopes']): MachinePrincipal => ({
  kind: 'machine',
  clientId: 'm1',
  name: 'Machine',
  scopes,
  secretId: 'secret-1',
  expiresAt: Number.MAX_SAFE_INTEGER,
});

export class FakeGate implements Gate {
  /** By `Cookie` header, or by `Authorization` header. */
  readonly #identities = new Map<string, Identity>();
  readonly #standings = new Map<string, Principal | null>();
  readonly #listeners = new Set<(changed: Ended) => void>();
  readonly #open: boolean;
  /** How often the gate was asked for a standing. */
  asked = 0;
  /** What it was last asked to identify. */
  presented: Credentials | null = null;
  /** Set: every answer waits for this, and fails if it does. */
  hold: Promise<void> | null = null;

  /** `open`: whoever brings nothing is `local`. */
  constructor(open = false) {
    this.#open = open;
  }

  get listenersCount(): number {
    return this.#listeners.size;
  }

  /** Whoever presents this header is this one. */
  know(header: string, principal: Principal, screen: ScreenPrincipal | null = null): void {
    const who = principal.kind === 'screen' ? this.#nobody() : principal;
    this.#identities.set(header, { who, screen: principal.kind === 'screen' ? principal : screen });
  }

  /** From now on it stands as `standing`, wherever it is asked about; told to listeners where `tell`. */
  change(principal: Principal, standing: Principal | null, tell = true): void {
    this.#standings.set(keyOf(principal), standing);
    if (tell) this.tell(endedOf(principal));
  }

  tell(changed: Ended): void {
    for (const listener of [...this.#listeners]) listener(changed);
  }

  async identify(credentials: Credentials): Promise<Identity> {
    this.presented = credentials;
    const { cookie, authorization } = credentials;
    const known = this.#identities.get(authorization ?? cookie ?? '');
    // What was read before the answer was held back: as of the asking, not of the answering.
    const as = (principal: Principal) => this.#standing(principal) ?? this.#nobody();
    const screen = known?.screen == null ? null : this.#standing(known.screen);
    const identity: Identity =
      known === undefined
        ? { who: authorization === undefined ? this.#nobody() : ANONYMOUS, screen: null }
        : { who: as(known.who), screen: screen?.kind === 'screen' ? screen : null };
    await this.hold;
    return identity;
  }

  async standing(principal: Principal): Promise<Principal | null> {
    this.asked += 1;
    const standing = this.#standing(principal);
    await this.hold;
    return standing;
  }

  onChanged(listener: (changed: Ended) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #nobody(): Principal {
    return this.#open ? LOCAL : ANONYMOUS;
  }

  #standing(principal: Principal): Principal | null {
    const key = keyOf(principal);
    return this.#standings.has(key) ? (this.#standings.get(key) ?? null) : principal;
  }
}

function keyOf(principal: Principal): string {
  switch (principal.kind) {
    case 'person':
      return principal.sessionId;
    case 'screen':
      return principal.screenId;
    case 'machine':
      return principal.clientId;
    default:
      return principal.kind;
  }
}

function endedOf(principal: Principal): Ended {
  switch (principal.kind) {
    case 'person':
      return { kind: 'session', sessionId: principal.sessionId };
    case 'screen':
      return { kind: 'screen', screenId: principal.screenId };
    case 'machine':
      return { kind: 'machine', clientId: principal.clientId };
    default:
      throw new Error(`${principal.kind} never changes`);
  }
}
