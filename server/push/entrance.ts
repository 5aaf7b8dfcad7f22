/**
 * Answers each upgrade: let in, or turned away and why. Where too many wait to be known, the gate is asked at once who
 * this one is: places are kept for those whom it knows, so that strangers keep no television out, be they many or its
 * neighbours behind the same address. Strangers cost the gate nothing while there is room.
 */
import type { IncomingMessage } from 'node:http';
import type { Gate } from '../access/gate';
import type { Clock } from '../runtime/clock';
import { Deadlines, LATE } from '../runtime/deadlines';
import type { Trouble } from '../runtime/trouble';
import { type Admission, type AdmissionRules, admit, type RefusedReason, refusedWords } from './admission';
import type { Connections } from './connections';

/** Who is asked about holds a place meanwhile. */
const KNOWN_WITHIN_MS = 2_000;

export interface EntranceOptions {
  readonly gate: Pick<Gate, 'identify'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly connections: Pick<Connections, 'loadFor'>;
  /** Read at each request. */
  readonly rules: AdmissionRules;
  readonly trouble: Trouble;
  readonly onRefused: (reason: RefusedReason) => void;
}

/** As Socket.IO's `allowRequest` wants it: `null` and true, or why not and false. */
export type Answer = (message: string | null, success: boolean) => void;

export class Entrance {
  readonly #options: EntranceOptions;
  readonly #deadlines: Deadlines;
  #asking = 0;
  #closed = false;

  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
  }

  receive(request: IncomingMessage, answer: Answer): void {
    const admission = this.#judge(request, false);
    if (!admission.ok && admission.reason === 'waiting' && this.#mayAsk(request)) {
      void this.#ask(request, answer);
    } else this.#tell(admission, answer);
  }

  /** From now on nobody is let in. */
  close(): void {
    this.#closed = true;
    this.#deadlines.close();
  }

  #judge(request: IncomingMessage, isKnown: boolean): Admission {
    const { connections, rules } = this.#options;
    return admit({ origin: request.headers.origin, isKnown }, connections.loadFor(request), rules);
  }

  #mayAsk({ headers }: IncomingMessage): boolean {
    const hasShown = headers.cookie !== undefined || headers.authorization !== undefined;
    return hasShown && this.#asking < this.#options.rules.limits.waitingKnown;
  }

  /** Never rejects. */
  async #ask(request: IncomingMessage, answer: Answer): Promise<void> {
    const { socket } = request;
    // Between HTTP, which has let go of it, and the WebSocket nobody else hears that it broke.
    const broken = () => socket.destroy();
    socket.on('error', broken);
    this.#asking += 1;
    const isKnown = await this.#isKnown(request);
    this.#asking -= 1;
    socket.off('error', broken);
    this.#tell(this.#judge(request, isKnown), answer);
  }

  async #isKnown({ headers: { cookie, authorization } }: IncomingMessage): Promise<boolean> {
    const { gate, trouble } = this.#options;
    const ask = async () => gate.identify({ cookie, authorization });
    try {
      const identity = await this.#deadlines.within(KNOWN_WITHIN_MS, ask());
      if (identity === LATE) return false;
      // Who is `local` has shown nothing.
      return identity.screen !== null || !['anonymous', 'local'].includes(identity.who.kind);
    } catch (thrown) {
      trouble.note(thrown);
      return false;
    }
  }

  #tell(admission: Admission, answer: Answer): void {
    if (this.#closed) answer('the server is stopping', false);
    else if (admission.ok) answer(null, true);
    else {
      this.#options.onRefused(admission.reason);
      answer(refusedWords(admission.reason, this.#options.rules.limits), false);
    }
  }
}
