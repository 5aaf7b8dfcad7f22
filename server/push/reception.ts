/**
 * Receives each socket, learns who it is, and seats it at its board or turns it away; hears what the seated say, and
 * ends a seat when its standing ends. Nobody is seated on an answer that a change has overtaken, nobody gets a frame
 * after the decision that he may not, and who leaves while he is being asked about leaves nothing behind.
 */
import type { Socket } from 'socket.io';
import type { Handshake, Refusal } from '../../lib/contracts/push';
import { REPORT_EVENT } from '../../lib/contracts/screen-report';
import type { Principal } from '../access/principal';
import { StandingWatch } from '../access/standing-watch';
import { Deadlines, LATE } from '../runtime/deadlines';
import { Trouble } from '../runtime/trouble';
import { Assignments } from './assignments';
import { type AudienceKind, audienceOf } from './audience/audience-of';
import type { EngineSocket } from './connections';
import { readHandshake, unknownBoard } from './handshake';
import {
  credentialsOf,
  isGuess,
  judgeJoin,
  judgeStanding,
  refusalOf,
  type SocketTarget,
  TOO_MANY_GUESSES,
  type Verdict,
} from './judgement';
import type { ReceptionOptions } from './reception-options';
import { refusedEvent } from './refused-event';
import { SocketScreen } from './screen';

/** Longest time that a client waits to be known; then it is closed and tries again. */
const KNOWN_WITHIN_MS = 5_000;
/** Within the time that a screen waits for its snapshot. */
const STANDING_WITHIN_MS = 2_000;
/** Changes that may overtake one join before it is closed to try again. */
const MOST_OVERTAKINGS = 3;

interface Seat {
  readonly socket: Socket;
  readonly screen: SocketScreen;
  readonly boardId: string;
  readonly audience: AudienceKind;
  principal: Principal;
  resyncing: boolean;
}

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #deadlines: Deadlines;
  readonly #trouble: Trouble;
  readonly #assignments: Assignments;
  readonly #watch: StandingWatch<Seat>;
  /** One a connection, seated or not. */
  readonly #sockets = new Map<EngineSocket, Socket>();
  readonly #seats = new Map<EngineSocket, Seat>();

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
    this.#trouble = new Trouble('clients cannot be known now', options.clock, options.log);
    this.#assignments = new Assignments({
      ...options,
      trouble: this.#trouble,
      revoked: (socket) => this.turnAway(socket, refusalOf('revoked')),
      close: (socket) => socket.disconnect(true),
    });
    this.#watch = new StandingWatch<Seat>({
      ...options,
      told: (seat, standing, changed) => {
        const verdict = judgeStanding('socket join', seat, standing);
        this.#follow(seat, verdict);
        if (changed && verdict.kind === 'served') void this.#assignments.tell(seat.socket, verdict.as);
      },
    });
  }

  get seatsCount(): number {
    return this.#seats.size;
  }

  receive(socket: Socket): void {
    // One screen a connection: a second join is no client of ours.
    if (this.#sockets.has(socket.conn)) {
      socket.disconnect(true);
      return;
    }
    this.#sockets.set(socket.conn, socket);
    socket.once('disconnect', () => this.#left(socket));
    socket.onAny((event: unknown, said: unknown) => this.#heard(socket, event, said));
    const handshake = readHandshake(socket.handshake.auth);
    // It may be large, and a token is in it: Socket.IO would keep it for as long as the socket lives.
    socket.handshake.auth = {};
    if (handshake.ok) void this.#welcome(socket, handshake.value);
    else this.turnAway(socket, handshake.error);
  }

  /** The client of a connection says too much; whether there is one to tell. */
  silence(engine: EngineSocket, refusal: Refusal): boolean {
    const socket = this.#sockets.get(engine);
    if (socket === undefined) return false;
    this.turnAway(socket, refusal);
    return true;
  }

  turnAway(socket: Socket, refusal: Refusal): void {
    this.#options.onTurnedAway(refusal.code);
    socket.emit('refusal', refusal);
    socket.disconnect(true);
  }

  close(): void {
    this.#watch.close();
    this.#deadlines.close();
    this.#assignments.close();
  }

  /** Never rejects. */
  async #welcome(socket: Socket, handshake: Handshake): Promise<void> {
    const { connections, mayFail } = this.#options;
    try {
      const verdict = await this.#deadlines.within(KNOWN_WITHIN_MS, this.#identify(socket, handshake));
      if (!socket.connected) return;
      if (verdict === LATE) throw new Error('it took too long to know a client');
      if (verdict.kind === 'served') this.#offerSeat(socket, verdict.as, handshake);
      else if (verdict.kind === 'moved') void this.#assignments.sendAway(socket, verdict.screen);
      else if (
        isGuess(socket.request, handshake, verdict) &&
        !mayFail(connections.addressOf(socket.request))
      ) {
        this.turnAway(socket, TOO_MANY_GUESSES);
      } else this.#refuse(socket, verdict, 'socket join', handshake.boardId);
    } catch (thrown) {
      this.#trouble.note(thrown);
      if (!socket.connected) return;
      this.#options.onTurnedAway('unknown');
      socket.disconnect(true);
    }
  }

  /** Identified anew where somebody's standing changed meanwhile: the answer may be older than that. */
  async #identify(socket: Socket, handshake: Handshake): Promise<Verdict> {
    const credentials = credentialsOf(socket.request, handshake.token);
    for (let round = 0; round < MOST_OVERTAKINGS; round += 1) {
      const { changes } = this.#watch;
      const identity = await this.#options.gate.identify(credentials);
      if (changes === this.#watch.changes) return judgeJoin(identity, handshake);
    }
    throw new Error('standings change too fast to know a client');
  }

  #offerSeat(socket: Socket, principal: Principal, { boardId, screenId, last, as }: Handshake): void {
    const { boards, rooms, shortWay, onFallback } = this.#options;
    const board = boards.board(boardId);
    if (board === null) {
      this.turnAway(socket, unknownBoard());
      return;
    }
    const screen = new SocketScreen(socket, { shortWay, onFallback });
    const audience = audienceOf(principal, as);
    const seat: Seat = { socket, screen, boardId, audience, principal, resyncing: false };
    this.#seats.set(socket.conn, seat);
    this.#options.connections.seated(socket.conn);
    this.#watch.add(seat);
    rooms.join({ board, audience }, screen, last);
    for (const teller of this.#options.tellers) teller.add(screen, boardId, audience);
    if (principal.kind !== 'screen') return;
    this.#options.reports.joined(principal.screenId);
    this.#seen(principal.screenId);
    // Its measures may have been changed while it was away.
    if (screenId !== undefined) void this.#assignments.tell(socket, principal);
  }

  #unseat(engine: EngineSocket): void {
    const seat = this.#seats.get(engine);
    if (seat === undefined) return;
    this.#seats.delete(engine);
    this.#watch.remove(seat);
    this.#options.rooms.leave(seat, seat.screen);
    for (const teller of this.#options.tellers) teller.remove(seat.screen);
    if (seat.principal.kind === 'screen') this.#options.reports.left(seat.principal.screenId);
  }

  #left(socket: Socket): void {
    this.#sockets.delete(socket.conn);
    this.#unseat(socket.conn);
    // A connection without a screen is nothing: who leaves the namespace alone does not keep it.
    this.#options.connections.ending(socket.conn);
    socket.conn.close();
  }

  #heard(socket: Socket, event: unknown, said: unknown): void {
    const seat = this.#seats.get(socket.conn);
    if (event === 'resync') {
      if (seat !== undefined && !seat.resyncing) void this.#resync(seat);
    } else if (event !== REPORT_EVENT || (seat !== undefined && !this.#report(seat, said))) {
      this.#options.onTurnedAway('event');
      socket.disconnect(true);
    }
  }

  /** Of a paired screen, about itself; false: it is no report. Its standing is watched anyway. */
  #report(seat: Seat, said: unknown): boolean {
    const verdict = judgeStanding('socket report', seat, seat.principal);
    if (verdict.kind !== 'served' || verdict.as.kind !== 'screen') {
      this.#follow(seat, verdict, 'socket report');
      return true;
    }
    return this.#options.reports.take(verdict.as.screenId, said);
  }

  /** Where the gate says nothing, the seat is as it was at its last asking: figures go to it all the same. */
  async #resync(seat: Seat): Promise<void> {
    seat.resyncing = true;
    const standing = await this.#standingOf(seat.principal);
    seat.resyncing = false;
    if (this.#seats.get(seat.socket.conn) !== seat) return;
    const verdict = judgeStanding('socket resync', seat, standing === LATE ? seat.principal : standing);
    this.#follow(seat, verdict, 'socket resync');
    if (verdict.kind === 'served') this.#options.rooms.resync(seat, seat.screen);
  }

  async #standingOf(principal: Principal): Promise<Principal | null | typeof LATE> {
    const ask = async () => this.#options.gate.standing(principal);
    try {
      return await this.#deadlines.within(STANDING_WITHIN_MS, ask());
    } catch (thrown) {
      this.#trouble.note(thrown);
      return LATE;
    }
  }

  /** Does to a seat what was judged of it; `asked`: what it asked for, `null` where we asked by ourselves. */
  #follow(seat: Seat, verdict: Verdict, asked: SocketTarget | null = null): void {
    switch (verdict.kind) {
      case 'served':
        seat.principal = verdict.as;
        if (verdict.as.kind === 'screen') this.#seen(verdict.as.screenId);
        return;
      case 'moved':
        this.#unseat(seat.socket.conn);
        void this.#assignments.sendAway(seat.socket, verdict.screen);
        return;
      case 'refused':
        this.#refuse(seat.socket, verdict, asked, seat.boardId);
    }
  }

  #refuse(
    socket: Socket,
    { as, refusal }: Verdict & { kind: 'refused' },
    asked: SocketTarget | null,
    boardId: string,
  ): void {
    const address = this.#options.connections.addressOf(socket.request);
    const { code } = refusal;
    if (asked !== null)
      this.#options.audit.refused(
        refusedEvent({ as, target: asked, about: ['board', boardId], code, address }),
      );
    const seat = this.#seats.get(socket.conn);
    this.#unseat(socket.conn);
    if (seat === undefined || seat.screen.isIdle()) {
      this.turnAway(socket, refusal);
      return;
    }
    // Frames wait to be sent to it: they go with the socket. It is told when it comes back.
    this.#options.onTurnedAway(refusal.code);
    this.#options.connections.cut(socket.conn);
  }

  /** What is our own and may fail, but may not end a seat. */
  #seen(screenId: string): void {
    try {
      this.#options.screenSeen(screenId);
    } catch (thrown) {
      this.#trouble.note(thrown);
    }
  }
}
