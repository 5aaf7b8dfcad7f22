/**
 * What one board shows, as it is being written down: chains of lines, each chain beginning with a whole picture and
 * with what was told last, so that it can be played by itself. Knows no store; what waits to be stored is drained.
 */
import type { AlarmsFrame } from '../../lib/contracts/alarm';
import type { Delta, Snapshot } from '../../lib/contracts/push';
import type { ReplayMark } from '../../lib/contracts/replay';
import { MarkBook } from './mark-book';
import { TOLD_EVENTS, tapeLine } from './tape-line';

/** How often what waits is stored; the recorder attests at least as often. */
export const STORE_EVERY_MS = 30_000;
/** Longer without a line or a look, and the process stood still or its clock jumped. */
const MOST_STILL_MS = 2 * STORE_EVERY_MS;
/** A chain is played from its beginning: it must not get long. */
const WHOLE_EVERY_MS = 10 * 60_000;
const MOST_CHAIN_CHARACTERS = 24_000_000;
/** Of a picture that is large itself: as many times that. */
const WHOLES_A_CHAIN = 4;
/** A clock that was set back further than this begins a new chain. */
const SET_BACK_MS = 60_000;

interface Chain {
  readonly id: number;
  readonly fromAt: number;
  /** Of its last line or look: until then it is certain. */
  lastAt: number;
  /** Of the whole picture, and in all. */
  readonly wholeCharacters: number;
  characters: number;
}

/** Lines of one chain that are to be stored. */
export interface DrainedChain {
  readonly id: number;
  readonly fromAt: number;
  readonly untilAt: number;
  readonly marks: readonly ReplayMark[];
  readonly text: string;
}

export class Tape {
  readonly #newChainId: () => number;
  readonly #marks = new MarkBook();
  /** What was told last, by event. */
  readonly #told = new Map<string, string>();
  #ended: DrainedChain[] = [];
  #chain: Chain | null = null;
  #lines: string[] = [];
  #waitingCharacters = 0;

  constructor(newChainId: () => number) {
    this.#newChainId = newChainId;
  }

  /** How much waits to be stored. */
  get waitingCharacters(): number {
    return this.#waitingCharacters;
  }

  /** A frame as a screen got it, at `now` by the wall clock. */
  take(event: string, json: string, now: number): void {
    this.attest(now);
    if (event === 'snapshot') this.#begin(json, now);
    else if (event === 'delta') this.#takeDelta(json, now);
    else if (TOLD_EVENTS.has(event)) this.#takeTold(event, json, now);
  }

  /** Somebody is here at `now`. Where nobody was for too long the chain ends at the last moment that is certain. */
  attest(now: number): void {
    const chain = this.#chain;
    if (chain === null) return;
    if (now - chain.lastAt > MOST_STILL_MS) this.#end(chain);
    else chain.lastAt = Math.max(chain.lastAt, now);
  }

  /** Whether it is time for a whole picture. */
  isWholeDue(now: number): boolean {
    const chain = this.#chain;
    if (chain === null) return true;
    const isOld = now - chain.fromAt >= WHOLE_EVERY_MS || chain.lastAt - now > SET_BACK_MS;
    const most = Math.max(MOST_CHAIN_CHARACTERS, WHOLES_A_CHAIN * chain.wholeCharacters);
    return isOld || chain.characters > most;
  }

  /** What waits, chain by chain; the last of it is true until `now`, unless nobody was here for too long. */
  drain(now: number): readonly DrainedChain[] {
    this.attest(now);
    const drained = this.#ended;
    if (this.#chain !== null) drained.push(this.#drained(this.#chain));
    this.#ended = [];
    this.#lines = [];
    this.#waitingCharacters = 0;
    return drained;
  }

  #begin(json: string, now: number): void {
    if (this.#chain !== null) this.#end(this.#chain);
    this.#marks.turnPage(now);
    this.#chain = {
      id: this.#newChainId(),
      fromAt: now,
      lastAt: now,
      characters: 0,
      wholeCharacters: json.length,
    };
    this.#write(now, 'snapshot', json);
    for (const [event, told] of this.#told) this.#write(now, event, told);
    // Made by a room of ours just now.
    this.#marks.takeSnapshot(now, JSON.parse(json) as Snapshot);
  }

  #end(chain: Chain): void {
    this.#ended.push(this.#drained(chain));
    this.#lines = [];
    this.#chain = null;
  }

  #takeDelta(json: string, now: number): void {
    if (this.#chain === null) return;
    this.#write(now, 'delta', json);
    // Made by a room of ours just now.
    this.#marks.takeDelta(this.#chain.lastAt, JSON.parse(json) as Delta);
  }

  #takeTold(event: string, json: string, now: number): void {
    this.#told.set(event, json);
    this.#write(now, event, json);
    const at = this.#chain?.lastAt ?? now;
    // Made by the teller of alarms just now.
    if (event === 'alarms') this.#marks.takeAlarms(at, JSON.parse(json) as AlarmsFrame);
  }

  /** Times of a chain never run back. */
  #write(now: number, event: string, json: string): void {
    const chain = this.#chain;
    if (chain === null) return;
    chain.lastAt = Math.max(chain.lastAt, now);
    const line = tapeLine(chain.lastAt, event, json);
    chain.characters += line.length;
    this.#waitingCharacters += line.length;
    this.#lines.push(line);
  }

  #drained({ id, fromAt, lastAt: untilAt }: Chain): DrainedChain {
    return { id, fromAt, untilAt, marks: this.#marks.marks(untilAt), text: this.#lines.join('') };
  }
}
