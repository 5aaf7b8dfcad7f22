/**
 * Where somebody can go from here: the same as the server's table of access says of pages, which a test holds. It only
 * spares people links that would be refused; what is refused is the server's to say. Pure.
 */
import type { Me, Role } from '../../lib/contracts/access';

export interface DeskLinks {
  readonly boards: boolean;
  readonly queues: boolean;
  readonly alerts: boolean;
  readonly devices: boolean;
  readonly diagnostics: boolean;
  readonly announcements: boolean;
  readonly screens: boolean;
  readonly people: boolean;
  readonly machines: boolean;
  readonly audit: boolean;
}

const DESK: readonly Role[] = ['supervisor', 'senior_tech', 'admin'];
const KEEPERS: readonly Role[] = ['supervisor', 'admin'];
const ADMIN: readonly Role[] = ['admin'];

/** `null`: not known yet, so nowhere. */
export function linksFor(me: Pick<Me, 'roles'> | null): DeskLinks {
  const has = (roles: readonly Role[]) => me?.roles.some((role) => roles.includes(role)) ?? false;
  const [desk, keeps, isAdmin] = [has(DESK), has(KEEPERS), has(ADMIN)];
  return {
    boards: desk,
    queues: desk,
    alerts: desk,
    devices: desk,
    diagnostics: desk,
    announcements: desk,
    screens: keeps,
    people: isAdmin,
    machines: isAdmin,
    audit: isAdmin,
  };
}

/** Who sets which queue a device belongs to, and sends again what could not be handed on. */
export function keepsDevices(me: Pick<Me, 'roles'> | null): boolean {
  return me?.roles.some((role) => KEEPERS.includes(role)) ?? false;
}

/** Who makes and changes boards, and the thresholds that hold on all of them; who tells the floor something. */
export function keepsBoards(me: Pick<Me, 'roles'> | null): boolean {
  return me?.roles.some((role) => KEEPERS.includes(role)) ?? false;
}
