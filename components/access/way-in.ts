/** Where the two ways in lead: `/` for whoever comes, `/screen` for a television that named no board. Pure. */
import type { Me } from '../../lib/contracts/access';
import { nextPath } from '../../lib/next-path';
import { linksFor } from './desk-links';

export type WayIn =
  /** The page of the paired screen that this browser is. */
  | { readonly kind: 'own-screen'; readonly path: string }
  | { readonly kind: 'first-board' }
  /** Also for whoever is signed in and has no page yet: there he reads why. */
  | { readonly kind: 'sign-in' };

/** `/`: who looks at boards wants one, also in the browser of a television. */
export function wayIn(me: Me): WayIn {
  if (linksFor(me).boards) return { kind: 'first-board' };
  return ownScreen(me) ?? { kind: 'sign-in' };
}

/** `/screen`: a television belongs to its own board, whoever looks after it. */
export function wayToScreen(me: Me): WayIn {
  return ownScreen(me) ?? wayIn(me);
}

function ownScreen({ screen }: Me): WayIn | null {
  return screen === null ? null : { kind: 'own-screen', path: nextPath(screen.path) };
}
