/** What the sign-in page shows: decided from who asks, how people sign in here, and the address line. Pure. */
import type { Me } from '../../lib/contracts/access';
import { nextPath } from '../../lib/next-path';
import type { Query } from '../ui/query';
import { linksFor } from './desk-links';

const PROBLEMS = ['expired', 'refused', 'unavailable', 'unknown'] as const;
export type SignInProblem = (typeof PROBLEMS)[number];

export interface SignInQuery {
  /** A path on this server; `/` where none is wanted, or one that is none. */
  readonly next: string;
  /** What the last try ended with; `null`: nothing, or a word that is none of the server's. */
  readonly problem: SignInProblem | null;
}

export function signInQueryOf(query: Query): SignInQuery {
  const next = typeof query.next === 'string' ? query.next : null;
  return { next: nextPath(next), problem: PROBLEMS.find((word) => word === query.problem) ?? null };
}

export type SignInView =
  /** The server has not said yet. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'no-accounts' }
  | { readonly kind: 'signed-in'; readonly name: string; readonly may: 'all' | 'nothing-yet' | 'no-role' }
  | { readonly kind: 'provider'; readonly label: string; readonly href: string }
  /** One-time links are the only way in. */
  | { readonly kind: 'link-only' };

export function signInView(me: Me | null, { next }: Pick<SignInQuery, 'next'>): SignInView {
  if (me === null) return { kind: 'asking' };
  if (me.signIn.mode === 'none') return { kind: 'no-accounts' };
  if (me.kind === 'person') return { kind: 'signed-in', name: me.name, may: reachOf(me) };
  if (me.signIn.mode === 'local') return { kind: 'link-only' };
  const query = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
  return { kind: 'provider', label: me.signIn.label, href: `/auth/sign-in${query}` };
}

function reachOf(me: Me): 'all' | 'nothing-yet' | 'no-role' {
  if (linksFor(me).boards) return 'all';
  return me.roles.length > 0 ? 'nothing-yet' : 'no-role';
}

const ONCE = '#once=';
const TOKEN = /^[A-Za-z0-9._~-]{1,200}$/;

/** The token of a one-time link; `null`: the address has none. It stands behind `#`, where no server sees it. */
export function onceTokenOf(hash: string): string | null {
  if (!hash.startsWith(ONCE)) return null;
  const token = hash.slice(ONCE.length);
  return TOKEN.test(token) ? token : null;
}

/** Whether the fragment is to be taken out of the address: also where it is no token after all. */
export function isOnceHash(hash: string): boolean {
  return hash.startsWith(ONCE);
}

/** Where to go after signing out: a path here, or the provider's own page; anything else is the sign-in page. */
export function leaveTarget(location: string, origin: string): string {
  if (!URL.canParse(location, origin)) return '/sign-in';
  const { protocol, href } = new URL(location, origin);
  return protocol === 'https:' || protocol === 'http:' ? href : '/sign-in';
}
