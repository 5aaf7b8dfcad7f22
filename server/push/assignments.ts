/**
 * Tells paired screens where they belong. A screen that is at its board stays as it is, and goes on if only its
 * measures are others; one whose board is another now is closed a moment later, should it not go by itself.
 */
import type { Socket } from 'socket.io';
import type { Assignment } from '../../lib/contracts/push';
import type { Principal, ScreenPrincipal } from '../access/principal';
import type { Clock } from '../runtime/clock';
import { Deadlines, LATE } from '../runtime/deadlines';
import type { Trouble } from '../runtime/trouble';

const ANSWER_MS = 5_000;
/** How long a screen that was given another board may take to go there. */
const MOVING_GRACE_MS = 2_000;

export interface AssignmentsOptions {
  readonly clock: Clock;
  /** Where a paired screen belongs now; `null`: it is paired no longer. */
  readonly screenPath: (screenId: string) => Promise<string | null>;
  readonly trouble: Trouble;
  readonly revoked: (socket: Socket) => void;
  readonly close: (socket: Socket) => void;
}

export class Assignments {
  readonly #options: AssignmentsOptions;
  readonly #deadlines: Deadlines;

  constructor(options: AssignmentsOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
  }

  /** To one that is seated; nothing where it is no screen. Never rejects. */
  async tell(socket: Socket, principal: Principal): Promise<void> {
    if (principal.kind !== 'screen') return;
    const path = await this.#pathOf(principal.screenId);
    // Whoever is paired no longer hears that from whoever watches his standing.
    if (path !== null && path !== LATE) emit(socket, { path });
  }

  /** To one that has lost its seat, or gets none, because its board is another. Never rejects. */
  async sendAway(socket: Socket, { screenId }: ScreenPrincipal): Promise<void> {
    const path = await this.#pathOf(screenId);
    if (!socket.connected) return;
    if (path === null) {
      this.#options.revoked(socket);
      return;
    }
    if (path !== LATE) emit(socket, { path });
    const cancel = this.#options.clock.after(MOVING_GRACE_MS, () => this.#options.close(socket));
    socket.once('disconnect', cancel);
  }

  close(): void {
    this.#deadlines.close();
  }

  async #pathOf(screenId: string): Promise<string | null | typeof LATE> {
    const ask = async () => this.#options.screenPath(screenId);
    try {
      return await this.#deadlines.within(ANSWER_MS, ask());
    } catch (thrown) {
      this.#options.trouble.note(thrown);
      return LATE;
    }
  }
}

function emit(socket: Socket, assignment: Assignment): void {
  if (socket.connected) socket.emit('assignment', assignment);
}
