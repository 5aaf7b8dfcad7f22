/** What a live store is given: the world it works with, and who is told of what it can't do itself. */
import type { Handshake, Position } from '../../lib/contracts/push';
import type { BoardSocket } from './board-socket';
import type { Clock } from './clock';
import type { KeyValueStorage } from './picture-store';

export interface LiveStoreOptions {
  readonly boardId: string;
  /** The paired screen that this page is; absent: none. */
  readonly screenId?: string;
  /** `screen`: on a wall, where a board's audience sees it. Absent: at a desk. */
  readonly as?: 'screen';
  readonly clock: Clock;
  readonly random: () => number;
  readonly openSocket: (auth: () => Handshake) => BoardSocket;
  readonly storage: KeyValueStorage | null;
  /** Another build serves now than the one that this page started with. */
  readonly onNewBuild: (build: string) => void;
  /** The build that this page is of; absent: not known, the first that is heard of. */
  readonly build?: string;
  /** This screen belongs at that path, maybe where it is already. */
  readonly onAssigned?: (path: string) => void;
  /** The screen is paired no longer; nothing more is tried. */
  readonly onRevoked?: () => void;
  /** Nobody is signed in here any more; nothing more is tried. */
  readonly onSignedOut?: () => void;
  /** Least time between two changes of one figure; absent: a second, for calm. */
  readonly figureGapMs?: number;
}

/** `last`: the frames that are held, where missing deltas may be asked for. */
export function handshakeOf({ boardId, screenId, as }: LiveStoreOptions, last: Position | null): Handshake {
  return {
    boardId,
    ...(as === undefined ? {} : { as }),
    ...(screenId === undefined ? {} : { screenId }),
    ...(last === null ? {} : { last }),
  };
}
