/**
 * Does what the pairing machine says: one question at a time, a second hand, and the way to the board. Its listeners
 * hear of every change and every second while a code is shown.
 */

import type { PairingState } from '../../lib/contracts/access';
import type { Result } from '../../lib/result';
import type { Cancel, Clock } from '../live/clock';
import type { Problem } from '../ui/fetch-json';
import {
  beginPairing,
  type PairingEffect,
  type PairingEvent,
  type PairingScreen,
  type PairingStep,
  type Question,
  stepPairing,
  type Trouble,
} from './pairing-state';

/** What the server is asked; an abort is answered like a server that is away. */
export interface PairingQuestions {
  /** Gives the path of the paired screen that this browser is; `null`: it is none. */
  who(signal: AbortSignal): Promise<Result<string | null, Problem>>;
  newCode(signal: AbortSignal): Promise<Result<PairingState, Problem>>;
  entered(signal: AbortSignal): Promise<Result<PairingState, Problem>>;
}

export interface PairingSessionOptions {
  readonly questions: PairingQuestions;
  readonly clock: Pick<Clock, 'monotonicNow' | 'after'>;
  readonly random: () => number;
  /** Leaves this page for good. */
  readonly go: (path: string) => void;
}

/** A picture of a moment. */
export interface PairingMoment {
  readonly screen: PairingScreen;
  /** Of the code that is shown; 0 where none is. */
  readonly leftMs: number;
}

/** A hall of televisions that are switched on together do not ask in step: up to so much later than they were told. */
const SPREAD = 0.25;
const SECOND_MS = 1_000;

export class PairingSession {
  readonly #options: PairingSessionOptions;
  readonly #listeners = new Set<() => void>();
  #moment: PairingMoment = { screen: beginPairing().screen, leftMs: 0 };
  #cancelAsk: Cancel = () => {};
  #cancelTick: Cancel = () => {};
  #asked = new AbortController();

  constructor(options: PairingSessionOptions) {
    this.#options = options;
  }

  /** Goes on until the result is called. */
  start(): () => void {
    this.#take(beginPairing());
    this.#tick();
    return () => {
      this.#cancelAsk();
      this.#cancelTick();
      this.#asked.abort();
    };
  }

  /** The same object until something is another. */
  readonly moment = (): PairingMoment => this.#moment;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  #feed(event: PairingEvent): void {
    this.#take(stepPairing(this.#moment.screen, event));
  }

  #take({ screen, effects }: PairingStep): void {
    const leftMs = 'endsAt' in screen ? Math.max(0, screen.endsAt - this.#options.clock.monotonicNow()) : 0;
    if (this.#moment.screen !== screen || this.#moment.leftMs !== leftMs) {
      this.#moment = { screen, leftMs };
      for (const listener of [...this.#listeners]) listener();
    }
    for (const effect of effects) this.#perform(effect);
  }

  #tick(): void {
    const { clock } = this.#options;
    this.#cancelTick = clock.after(SECOND_MS, () => {
      this.#feed({ kind: 'ticked', at: clock.monotonicNow() });
      this.#tick();
    });
  }

  #perform(effect: PairingEffect): void {
    if (effect.kind === 'go') {
      this.#options.go(effect.path);
      return;
    }
    const { clock, random } = this.#options;
    const { question, turn, delayMs } = effect;
    this.#cancelAsk();
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const spreadMs = delayMs * random() * SPREAD;
    this.#cancelAsk = clock.after(delayMs + spreadMs, () => void this.#ask(question, turn, signal));
  }

  async #ask(question: Question, turn: number, signal: AbortSignal): Promise<void> {
    const { questions, clock } = this.#options;
    const result = await questions[question](signal);
    if (signal.aborted) return;
    if (!result.ok) {
      this.#feed({ kind: 'failed', turn, ...troubleOf(result.error) });
    } else if (result.value === null || typeof result.value === 'string') {
      this.#feed({ kind: 'met', turn, path: result.value });
    } else {
      this.#feed({ kind: 'answered', turn, answer: result.value, at: clock.monotonicNow() });
    }
  }
}

function troubleOf(problem: Problem): {
  readonly trouble: Exclude<Trouble, 'unkept'>;
  readonly waitMs: number | null;
} {
  if (problem.kind === 'unreachable') return { trouble: 'away', waitMs: null };
  if (problem.kind === 'unreadable') return { trouble: 'odd', waitMs: null };
  const { status, waitMs } = problem;
  // 502 and 504 are a proxy's, before a server that is away.
  if (status === 502 || status === 504) return { trouble: 'away', waitMs };
  return { trouble: status === 429 || status === 503 ? 'busy' : 'odd', waitMs };
}
