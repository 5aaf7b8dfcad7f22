/**
 * Who a frame is made for: the floor, which sees what its board's audience may know, or the desk, which sees all. The
 * server decides: a paired screen is the floor whatever it says of itself; a person's page says that it is a screen.
 */
import { type Audience, type Board, DEFAULT_AUDIENCE } from '../../../lib/contracts/board';
import type { Handshake } from '../../../lib/contracts/push';
import type { Principal } from '../../access/principal';

export type AudienceKind = 'floor' | 'desk';

/** Where a screen sits. All that sit at one place get the same bytes. */
export interface Place {
  readonly boardId: string;
  readonly audience: AudienceKind;
}

export const DESK_AUDIENCE: Audience = { names: 'full', minimumGroup: 0, loneWaiterDelaySeconds: 0 };

export function audienceOf(principal: Principal, as: Handshake['as']): AudienceKind {
  return principal.kind === 'screen' || as === 'screen' ? 'floor' : 'desk';
}

/** What somebody there may know. `board` null: it is gone, and nothing of it is told but what anybody may know. */
export function audienceAt(board: Board | null, kind: AudienceKind): Audience {
  return kind === 'desk' ? DESK_AUDIENCE : (board?.audience ?? DEFAULT_AUDIENCE);
}

/** As a key of a Map. A board's id has no space. */
export function placeKey({ boardId, audience }: Place): string {
  return `${audience} ${boardId}`;
}
