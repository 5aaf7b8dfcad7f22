/** What the table says of somebody and a target. Pure. */
import { ACCESS_TABLE, type AccessRow, type Reach } from './access-table';
import { type Identity, type Principal, rolesOf, type ScreenPrincipal } from './principal';

/** `unauthenticated`: nobody, who may sign in; `forbidden`: somebody, who may not. */
export type Decision =
  | { readonly allowed: true; readonly as: Principal; readonly reach: Reach }
  | { readonly allowed: false; readonly reason: 'unauthenticated' | 'forbidden' };

const ROWS: ReadonlyMap<string, AccessRow> = new Map(ACCESS_TABLE.map((row) => [row.target, row]));

export function rowOf(target: string): AccessRow | null {
  return ROWS.get(target) ?? null;
}

/** How far a principal reaches at a row; `null`: not at all. */
export function reachOf(row: AccessRow | null, principal: Principal): Reach | null {
  if (row === null) return null;
  // Of a token that lies in a page of another site, less is at stake.
  if (principal.kind === 'person' && principal.tokenExpiresAt !== undefined && !row.byAgentToken) return null;
  if (row.anyone) return 'all';
  if (principal.kind === 'machine') {
    return principal.scopes.some((scope) => row.scopes.has(scope)) ? 'all' : null;
  }
  const reaches = rolesOf(principal).map((role) => row.roles.get(role));
  if (reaches.includes('all')) return 'all';
  return reaches.includes('own') ? 'own' : null;
}

/** For one principal. */
export function decide(target: string, principal: Principal): Decision {
  const reach = reachOf(rowOf(target), principal);
  if (reach !== null) return { allowed: true, as: principal, reach };
  return { allowed: false, reason: principal.kind === 'anonymous' ? 'unauthenticated' : 'forbidden' };
}

/** For whoever a request is; where that is not enough, for the screen that it comes from. */
export function decideFor(target: string, { who, screen }: Identity): Decision {
  const decision = decide(target, who);
  if (decision.allowed || screen === null) return decision;
  return decide(target, screen satisfies ScreenPrincipal);
}
