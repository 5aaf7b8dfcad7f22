/**
 * Receives the sockets of one namespace of devices, learns who each is, and hands whoever may to the namespace's own
 * service. The same promises as at boards: nobody is served on an answer that a change has overtaken, a standing that
 * ends ends what is served at once, nobody says anything here, and who leaves early leaves nothing behind.
 */
import type { Socket } from 'socket.io';
import type { Refusal } from '../../lib/contracts/push';
import type { Result } from '../../lib/result';
import type { Reach } from '../access/access-table';
import { decide, decideFor } from '../access/decide';
import type { PlatformIdentities } from '../access/people/platform-identity';
import { type Identity, type Principal, rolesOf } from '../access/principal';
import { StandingWatch, type StandingWatchOptions } from '../access/standing-watch';
import type { AuditLog } from '../audit/audit-log';
import type { FeedGuest } from '../devices/live-feed';
import type { Clock } from '../runtime/clock';
import { Deadlines, LATE } from '../runtime/deadlines';
import type { Log } from '../runtime/log';
import { Trouble } from '../runtime/trouble';
import type { Connections, EngineSocket } from './connections';
import { credentialsOf, isGuess, type SocketTarget, TOO_MANY_GUESSES } from './judgement';
import type { TurnedAwayReason } from './reception-options';
import { refusedEvent } from './refused-event';

const KNOWN_WITHIN_MS = 5_000;
/** Longer than the slowest answer of the platform and the device cloud together. */
const FOUND_WITHIN_MS = 10_000;
/** Changes that may overtake one join before it is closed to try again. */
const MOST_OVERTAKINGS = 3;

export interface DeviceHandshakeRead {
  readonly token?: string | undefined;
  readonly interactionId: string;
}

/** What goes on for one who is served. */
export interface Serving {
  /** His roles or his reach may be others now. */
  guestIs(guest: FeedGuest): void;
  stop(): void;
}

/** What a namespace serves; `First` is what it begins with. */
export interface DeviceService<First> {
  readonly target: Extract<SocketTarget, 'socket device' | 'socket diagnostics'>;
  handshake(auth: unknown): Result<DeviceHandshakeRead, Refusal>;
  /** `null`: there is no such thing, or it is not his. */
  find(interactionId: string, guest: FeedGuest): Promise<First | null>;
  /** `over`: nothing is left to serve him. */
  begin(socket: Socket, first: First, guest: FeedGuest, over: () => void): Serving;
}

export interface DeviceReceptionOptions<First> extends Pick<StandingWatchOptions<Seat>, 'gate' | 'most'> {
  readonly service: DeviceService<First>;
  readonly platformIdentity: PlatformIdentities;
  readonly connections: Pick<Connections, 'seated' | 'ending' | 'addressOf'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Pick<AuditLog, 'refused'>;
  /** Counts a token that is nobody's; false where there were too many from that address. */
  readonly mayFail: (address: string) => boolean;
  readonly onTurnedAway: (reason: TurnedAwayReason) => void;
}

interface Seat {
  readonly socket: Socket;
  readonly interactionId: string;
  principal: Principal;
  reach: Reach;
  /** `null`: what it is to be served with is still being looked for. */
  serving: Serving | null;
}

const MESSAGES = {
  unauthenticated: 'sign in to see this device',
  forbidden: 'you may not see this device',
  'interaction.unknown': 'there is no such conversation, or it is not yours',
} as const;

export class DeviceReception<First> {
  readonly #options: DeviceReceptionOptions<First>;
  readonly #deadlines: Deadlines;
  readonly #trouble: Trouble;
  readonly #watch: StandingWatch<Seat>;
  readonly #sockets = new Map<EngineSocket, Socket>();
  readonly #seats = new Map<Socket, Seat>();

  constructor(options: DeviceReceptionOptions<First>) {
    this.#options = options;
    const { clock, log, service } = options;
    this.#deadlines = new Deadlines(clock);
    this.#trouble = new Trouble(`who comes by ${service.target} cannot be served now`, clock, log);
    this.#watch = new StandingWatch<Seat>({
      ...options,
      told: (seat, standing, changed) => this.#told(seat, standing, changed),
    });
  }

  get seatsCount(): number {
    return this.#seats.size;
  }

  receive(socket: Socket): void {
    // One a connection and namespace: a second join is no client of ours.
    if (this.#sockets.has(socket.conn)) {
      socket.disconnect(true);
      return;
    }
    this.#sockets.set(socket.conn, socket);
    socket.once('disconnect', () => this.#left(socket));
    socket.onAny(() => {
      this.#options.onTurnedAway('event');
      socket.disconnect(true);
    });
    const handshake = this.#options.service.handshake(socket.handshake.auth);
    // A token is in it: Socket.IO would keep it for as long as the socket lives.
    socket.handshake.auth = {};
    if (handshake.ok) void this.#welcome(socket, handshake.value);
    else this.#turnAway(socket, handshake.error);
  }

  /** The client of a connection says too much; whether there is one to tell. */
  silence(engine: EngineSocket, refusal: Refusal): boolean {
    const socket = this.#sockets.get(engine);
    if (socket === undefined) return false;
    this.#turnAway(socket, refusal);
    return true;
  }

  close(): void {
    this.#watch.close();
    this.#deadlines.close();
    for (const seat of this.#seats.values()) seat.serving?.stop();
    this.#seats.clear();
  }

  /** Never rejects. */
  async #welcome(socket: Socket, handshake: DeviceHandshakeRead): Promise<void> {
    try {
      const identity = await this.#deadlines.within(KNOWN_WITHIN_MS, this.#identify(socket, handshake));
      if (!socket.connected) return;
      if (identity === LATE) throw new Error('it took too long to know a client');
      const decision = decideFor(this.#options.service.target, identity);
      if (decision.allowed) await this.#seat(socket, decision, handshake.interactionId);
      else this.#refuseNewcomer(socket, handshake, identity.who, decision.reason);
    } catch (thrown) {
      this.#trouble.note(thrown);
      if (!socket.connected) return;
      this.#options.onTurnedAway('unknown');
      socket.disconnect(true);
    }
  }

  /** Identified anew where somebody's standing changed meanwhile: the answer may be older than that. */
  async #identify(socket: Socket, { token }: DeviceHandshakeRead): Promise<Identity> {
    const credentials = credentialsOf(socket.request, token);
    for (let round = 0; round < MOST_OVERTAKINGS; round += 1) {
      const { changes } = this.#watch;
      const identity = await this.#options.gate.identify(credentials);
      if (changes === this.#watch.changes) return identity;
    }
    throw new Error('standings change too fast to know a client');
  }

  /** From here on his standing is watched, also while what he came for is looked for. */
  async #seat(
    socket: Socket,
    { as, reach }: { readonly as: Principal; readonly reach: Reach },
    interactionId: string,
  ): Promise<void> {
    const { service, connections } = this.#options;
    const seat: Seat = { socket, interactionId, principal: as, reach, serving: null };
    this.#seats.set(socket, seat);
    connections.seated(socket.conn);
    this.#watch.add(seat);
    const guest = await this.#guestOf(as, reach);
    const first = await this.#deadlines.within(FOUND_WITHIN_MS, service.find(interactionId, guest));
    if (this.#seats.get(socket) !== seat) return;
    if (first === LATE) throw new Error('it took too long to find what a client came for');
    if (first === null) {
      this.#refuse(seat, 'interaction.unknown');
      return;
    }
    seat.serving = service.begin(socket, first, guest, () => this.#refuse(seat, 'interaction.unknown'));
    // Somebody else by now, as a change came while he was waiting.
    if (seat.principal !== as) await this.#tellServing(seat);
  }

  #refuseNewcomer(
    socket: Socket,
    handshake: DeviceHandshakeRead,
    as: Principal,
    code: 'unauthenticated' | 'forbidden',
  ): void {
    const { connections, mayFail, audit, service } = this.#options;
    const address = connections.addressOf(socket.request);
    const refusal = { code, message: MESSAGES[code] };
    const wasGuess = isGuess(socket.request, { token: handshake.token }, { kind: 'refused', as, refusal });
    if (wasGuess && !mayFail(address)) {
      this.#turnAway(socket, TOO_MANY_GUESSES);
      return;
    }
    const about = ['interaction', handshake.interactionId] as const;
    audit.refused(refusedEvent({ as, target: service.target, about, code, address }));
    this.#turnAway(socket, refusal);
  }

  #told(seat: Seat, standing: Principal | null, changed: boolean): void {
    const decision = standing === null ? null : decide(this.#options.service.target, standing);
    if (decision === null || !decision.allowed) {
      this.#refuse(seat, decision?.reason ?? 'unauthenticated');
      return;
    }
    const isSame = decision.reach === seat.reach && sameRoles(decision.as, seat.principal);
    if (isSame && !changed) return;
    seat.principal = decision.as;
    seat.reach = decision.reach;
    void this.#tellServing(seat);
  }

  /** Never rejects. */
  async #tellServing(seat: Seat): Promise<void> {
    try {
      seat.serving?.guestIs(await this.#guestOf(seat.principal, seat.reach));
    } catch (thrown) {
      this.#trouble.note(thrown);
    }
  }

  async #guestOf(principal: Principal, reach: Reach): Promise<FeedGuest> {
    const { genesysUserId, email } = await this.#options.platformIdentity(principal);
    return { viewer: { reach, genesysUserId, email }, roles: rolesOf(principal) };
  }

  #refuse(seat: Seat, code: keyof typeof MESSAGES): void {
    this.#unseat(seat.socket);
    this.#turnAway(seat.socket, { code, message: MESSAGES[code] });
  }

  #turnAway(socket: Socket, refusal: Refusal): void {
    this.#options.onTurnedAway(refusal.code);
    socket.emit('refusal', refusal);
    socket.disconnect(true);
  }

  #unseat(socket: Socket): void {
    const seat = this.#seats.get(socket);
    if (seat === undefined) return;
    this.#seats.delete(socket);
    this.#watch.remove(seat);
    seat.serving?.stop();
  }

  #left(socket: Socket): void {
    this.#sockets.delete(socket.conn);
    this.#unseat(socket);
    // A connection without a seat is nothing: who leaves the namespace alone does not keep it.
    this.#options.connections.ending(socket.conn);
    socket.conn.close();
  }
}

function sameRoles(a: Principal, b: Principal): boolean {
  return rolesOf(a).join() === rolesOf(b).join();
}
