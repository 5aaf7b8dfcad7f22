/**
 * Who asks. A request is somebody (`who`), and may besides come from a paired screen: a supervisor can look after a
 * television in the browser that is the television.
 */
import type { PersonRole, Role, Scope } from '../../lib/contracts/access';

export interface ScreenPrincipal {
  readonly kind: 'screen';
  readonly screenId: string;
  readonly name: string;
  /** The one board that it may show. */
  readonly boardId: string;
}

export interface PersonPrincipal {
  readonly kind: 'person';
  /** Public id of the session, not its secret. */
  readonly sessionId: string;
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly PersonRole[];
  /** He came by a token of the widget, good until then (epoch ms): it opens only the rows marked for it. Absent: by his cookie. */
  readonly tokenExpiresAt?: number;
}

export interface MachinePrincipal {
  readonly kind: 'machine';
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Of the secret that its token was got with: once that is gone, so is the token. */
  readonly secretId: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export type Principal =
  | { readonly kind: 'anonymous' }
  /** This server has no accounts and listens on loopback only: whoever sits at this machine. */
  | { readonly kind: 'local' }
  | PersonPrincipal
  | ScreenPrincipal
  | MachinePrincipal;

export interface Identity {
  readonly who: Principal;
  readonly screen: ScreenPrincipal | null;
}

export const ANONYMOUS: Principal = { kind: 'anonymous' };
export const LOCAL: Principal = { kind: 'local' };

/** As the audit log writes it: `person:<id>`. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case 'person':
      return `person:${principal.personId}`;
    case 'screen':
      return `screen:${principal.screenId}`;
    case 'machine':
      return `machine:${principal.clientId}`;
    default:
      return principal.kind;
  }
}

export function nameOf(principal: Principal): string {
  return 'name' in principal ? principal.name : principal.kind;
}

/** The roles that it acts in; `local` has all that a person can have. */
export function rolesOf(principal: Principal): readonly Role[] {
  switch (principal.kind) {
    case 'local':
      return ['agent', 'supervisor', 'senior_tech', 'admin'];
    case 'person':
      return principal.roles;
    case 'screen':
      return ['display'];
    default:
      return [];
  }
}
