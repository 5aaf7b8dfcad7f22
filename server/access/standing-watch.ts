/**
 * Asks again and again whether those who are served without end (sockets, streams) still may be: each at least every
 * 4 s, in small slices so that thousands of them never hold the others up, and at once whoever a change concerns. It
 * judges nobody: it hands on what the gate says. A gate that fails or is slow says nothing, and whoever it was asked
 * about stays until it does.
 */
import type { Cancel, Clock } from '../runtime/clock';
import { Deadlines, LATE } from '../runtime/deadlines';
import type { Log } from '../runtime/log';
import { Trouble } from '../runtime/trouble';
import type { Ended, Gate } from './gate';
import type { Principal } from './principal';

const TICK_MS = 100;
/** In so many ticks all are asked once: 3 s. */
const TICKS_A_ROUND = 30;
/** Who was not asked for so long goes before the even share. */
const OVERDUE_MS = TICK_MS * TICKS_A_ROUND;
/** With a share of one in 20 a tick, all who are overdue at once are asked within a second more. */
const MOST_SHARE = 20;
/** A gate that has not answered by then is asked anew. */
const ANSWER_MS = 10_000;

export interface Watched {
  /** Who it was when it was last asked. */
  readonly principal: Principal;
}

export interface StandingWatchOptions<G extends Watched> {
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: Log;
  /** As many as can be seated. */
  readonly most: number;
  /** `standing` null: it has ended. `changed`: asked because something about it is another. */
  readonly told: (guest: G, standing: Principal | null, changed: boolean) => void;
}

interface Turn {
  askedAt: number;
  asking: boolean;
  /** Something changed while the gate was being asked: its answer may be older than that. */
  again: boolean;
}

export class StandingWatch<G extends Watched> {
  readonly #options: StandingWatchOptions<G>;
  readonly #deadlines: Deadlines;
  readonly #trouble: Trouble;
  readonly #mostATick: number;
  /** In the order of their last asking, the longest ago first. */
  readonly #turns = new Map<G, Turn>();
  readonly #urgent = new Set<G>();
  readonly #unsubscribe: () => void;
  #ticking: Cancel | null = null;
  #changes = 0;

  constructor(options: StandingWatchOptions<G>) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
    this.#trouble = new Trouble(
      'standings are not known now: who is served stays',
      options.clock,
      options.log,
    );
    this.#mostATick = Math.max(1, Math.ceil(options.most / MOST_SHARE));
    this.#unsubscribe = options.gate.onChanged((changed) => this.#onChanged(changed));
  }

  /** Grows with each change that the gate tells of: what was asked before one may be out of date. */
  get changes(): number {
    return this.#changes;
  }

  add(guest: G): void {
    const askedAt = this.#options.clock.monotonicNow();
    this.#turns.set(guest, { askedAt, asking: false, again: false });
    this.#ticking ??= this.#options.clock.every(TICK_MS, () => this.#tick());
  }

  remove(guest: G): void {
    this.#turns.delete(guest);
    this.#urgent.delete(guest);
    if (this.#turns.size > 0) return;
    this.#ticking?.();
    this.#ticking = null;
  }

  close(): void {
    this.#unsubscribe();
    for (const guest of [...this.#turns.keys()]) this.remove(guest);
    this.#deadlines.close();
  }

  #onChanged(changed: Ended): void {
    this.#changes += 1;
    for (const guest of this.#turns.keys()) if (concerns(changed, guest.principal)) this.#urgent.add(guest);
    this.#askUrgent(this.#mostATick);
  }

  #tick(): void {
    const left = this.#mostATick - this.#askUrgent(this.#mostATick);
    const now = this.#options.clock.monotonicNow();
    const share = Math.ceil(this.#turns.size / TICKS_A_ROUND);
    const due: G[] = [];
    for (const [guest, turn] of this.#turns) {
      const isOverdue = now - turn.askedAt >= OVERDUE_MS;
      if (due.length >= left || (due.length >= share && !isOverdue)) break;
      due.push(guest);
    }
    for (const guest of due) this.#ask(guest, false);
  }

  /** How many were asked. */
  #askUrgent(most: number): number {
    const now = [...this.#urgent].slice(0, most);
    for (const guest of now) {
      this.#urgent.delete(guest);
      this.#ask(guest, true);
    }
    return now.length;
  }

  #ask(guest: G, changed: boolean): void {
    const turn = this.#turns.get(guest);
    if (turn === undefined) return;
    // To the end of the line.
    this.#turns.delete(guest);
    this.#turns.set(guest, turn);
    turn.askedAt = this.#options.clock.monotonicNow();
    if (turn.asking) {
      turn.again ||= changed;
      if (!changed) this.#trouble.note('the gate is slow');
      return;
    }
    turn.asking = true;
    void this.#hear(guest, turn, changed);
  }

  /** Never rejects. */
  async #hear(guest: G, turn: Turn, changed: boolean): Promise<void> {
    try {
      const standing = await this.#deadlines.within(ANSWER_MS, this.#standingOf(guest.principal));
      if (this.#turns.get(guest) !== turn) return;
      if (standing === LATE) this.#trouble.note('the gate does not answer');
      else this.#options.told(guest, standing, changed);
    } catch (thrown) {
      this.#trouble.note(thrown);
    }
    turn.asking = false;
    if (!turn.again || this.#turns.get(guest) !== turn) return;
    turn.again = false;
    this.#ask(guest, true);
  }

  /** A gate that throws at once is as one that rejects. */
  async #standingOf(principal: Principal): Promise<Principal | null> {
    return this.#options.gate.standing(principal);
  }
}

function concerns(changed: Ended, principal: Principal): boolean {
  switch (changed.kind) {
    case 'session':
      return principal.kind === 'person' && principal.sessionId === changed.sessionId;
    case 'person':
      return principal.kind === 'person' && principal.personId === changed.personId;
    case 'screen':
      return principal.kind === 'screen' && principal.screenId === changed.screenId;
    case 'machine':
      return principal.kind === 'machine' && principal.clientId === changed.clientId;
  }
}
