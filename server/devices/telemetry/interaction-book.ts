/**
 * Conversations of the platform that somebody looks at, asked after as seldom as may be: the platform's budget of
 * calls is shared. A failure leaves what was known for ten minutes. Whose a conversation is, is told here alone.
 */
import { err } from '../../../lib/result';
import type { Clock } from '../../runtime/clock';
import { type Failure, failure } from '../../runtime/errors';
import type { Interaction, InteractionDirectory } from '../ports';
import { isAmong } from '../reach';
import type { Viewer } from '../telemetry-desk';
import { SharedCache } from './shared-cache';
import { Turns } from './turns';

export interface InteractionBookOptions {
  readonly interactions: InteractionDirectory;
  readonly clock: Clock;
  /** Conversations that are kept. */
  readonly max: number;
  /** Told of what came from the platform. */
  readonly onRead: (interactionId: string) => void;
}

/** `none`: there is no such conversation. */
export type Reading =
  | { readonly kind: 'found'; readonly interaction: Interaction }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface Kept {
  readonly reading: Reading;
  /** Monotonic ms at which the platform said so. */
  readonly saidAt: number;
  readonly isFailing: boolean;
}

const KEEP_MS = 60_000;
const KEEP_OTHERS_MS = 5_000;
const HOLDS_MS = 10 * 60_000;
/** An agent who was not there a moment ago may have been connected meanwhile. */
const STRANGER_MS = 2_000;
const LINE = { atOnce: 8, maxWaiting: 500, maxWaitMs: 2_000 };

export class InteractionBook {
  readonly #options: InteractionBookOptions;
  readonly #cache: SharedCache<Kept>;
  readonly #turns: Turns;

  constructor(options: InteractionBookOptions) {
    this.#options = options;
    const { clock, max, onRead } = options;
    this.#turns = new Turns({ clock, ...LINE });
    this.#cache = new SharedCache({
      ...{ clock, max, keepMs, onAnswer: (key: string) => onRead(key) },
      ask: (key, before) => this.#ask(key, before),
    });
  }

  async read(interactionId: string, maxAgeMs?: number): Promise<Reading> {
    return (await this.#cache.get(interactionId, maxAgeMs)).reading;
  }

  /** The last reading, however old; `null`: there is none. */
  peek(interactionId: string): Reading | null {
    return this.#cache.peek(interactionId)?.reading ?? null;
  }

  /** As `read`; one that is not the viewer's is none, as far as he can tell. */
  async readFor(interactionId: string, viewer: Viewer): Promise<Reading> {
    if (isNobody(viewer)) return { kind: 'none' };
    const reading = await this.read(interactionId);
    if (reading.kind !== 'found' || isAmong(viewer, reading.interaction.agentUserIds)) return reading;
    const again = await this.read(interactionId, STRANGER_MS);
    return again.kind === 'found' && !isAmong(viewer, again.interaction.agentUserIds)
      ? { kind: 'none' }
      : again;
  }

  stop(): void {
    this.#turns.stop();
  }

  async #ask(interactionId: string, before: Kept | null): Promise<Kept> {
    const { interactions, clock } = this.#options;
    const turn = await this.#turns.take();
    const said = turn === null ? TOO_MANY : await interactions.find(interactionId);
    turn?.();
    const saidAt = clock.monotonicNow();
    if (said.ok) {
      const reading: Reading =
        said.value === null ? { kind: 'none' } : { kind: 'found', interaction: said.value };
      return { reading, saidAt, isFailing: false };
    }
    if (before?.reading.kind === 'found' && saidAt - before.saidAt < HOLDS_MS) {
      return { ...before, isFailing: true };
    }
    return { reading: { kind: 'failed', failure: said.error }, saidAt, isFailing: true };
  }
}

const TOO_MANY = err(failure('retry', 'busy', 'asking after a conversation: too many are waiting'));

function isNobody({ reach, genesysUserId }: Viewer): boolean {
  return reach === 'own' && genesysUserId === null;
}

function keepMs({ reading, isFailing }: Kept): number {
  return reading.kind === 'found' && !isFailing ? KEEP_MS : KEEP_OTHERS_MS;
}
