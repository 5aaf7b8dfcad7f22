/**
 * Makes one gate of the ways of being somebody. A request with an `Authorization` header is a machine, an agent's
 * widget or nobody; else its cookies tell. Without accounts (`open`) whoever has no such header is `local`.
 */
import { readCookie, SCREEN_COOKIE, SESSION_COOKIE } from './cookies';
import type { CredentialKind, Credentials, Ended, Gate } from './gate';
import {
  ANONYMOUS,
  type Identity,
  LOCAL,
  type MachinePrincipal,
  type PersonPrincipal,
  type Principal,
  type ScreenPrincipal,
} from './principal';

export interface GatekeeperParts {
  /** No accounts: on loopback only. */
  readonly open: boolean;
  readonly people: CredentialKind<PersonPrincipal>;
  readonly screens: CredentialKind<ScreenPrincipal>;
  readonly machines: CredentialKind<MachinePrincipal>;
  /** People by the tokens of their widgets. */
  readonly agents: CredentialKind<PersonPrincipal>;
}

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;
/** Ours have some 500 characters. */
const MAX_AUTHORIZATION = 4_096;

export function createGatekeeper(parts: GatekeeperParts): Gate {
  async function identify({ cookie, authorization }: Credentials): Promise<Identity> {
    if (authorization !== undefined) return { who: await bearerOf(authorization), screen: null };
    const session = readCookie(cookie, SESSION_COOKIE);
    const token = readCookie(cookie, SCREEN_COOKIE);
    const person = session === null || parts.open ? null : await parts.people.find(session);
    const screen = token === null ? null : await parts.screens.find(token);
    return { who: person ?? (parts.open ? LOCAL : ANONYMOUS), screen };
  }

  async function bearerOf(authorization: string): Promise<Principal> {
    const token = authorization.length > MAX_AUTHORIZATION ? null : BEARER.exec(authorization)?.[1];
    if (!token) return ANONYMOUS;
    const machine = await parts.machines.find(token);
    if (machine !== null || parts.open) return machine ?? ANONYMOUS;
    return (await parts.agents.find(token)) ?? ANONYMOUS;
  }

  async function standing(principal: Principal): Promise<Principal | null> {
    switch (principal.kind) {
      case 'person':
        return (principal.tokenExpiresAt === undefined ? parts.people : parts.agents).standing(principal);
      case 'screen':
        return parts.screens.standing(principal);
      case 'machine':
        return parts.machines.standing(principal);
      case 'local':
      case 'anonymous':
        return principal;
    }
  }

  function onChanged(listener: (changed: Ended) => void): () => void {
    const kinds = [parts.people, parts.screens, parts.machines, parts.agents];
    const unsubscribes = kinds.map((kind) => kind.onChanged(listener));
    return () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
    };
  }

  return { identify, standing, onChanged };
}
