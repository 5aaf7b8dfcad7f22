/**
 * What the device cloud and the list of customers say of themselves, from how the calls to them go: nobody is asked
 * for this alone. A call was tried again before it counts as failed; one that fails is a blip, two in a row degrade,
 * four in a row, or an identity that is refused, are down. What one answers well is live at once.
 */
import type { SourceState, SourceStatus } from '../../../lib/contracts/source';
import type { Clock } from '../../runtime/clock';
import type { Failure } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import { NO_ID } from './cloud-outcome';

export type Part = 'cloud' | 'customers';
type PartState = 'connecting' | 'live' | 'degraded' | 'down';

interface PartFacts {
  readonly hasAnswered: boolean;
  /** In a row. */
  readonly failures: number;
  readonly last: Failure | null;
}

const FRESH: PartFacts = { hasAnswered: false, failures: 0, last: null };
const TO_DEGRADE = 2;
const TO_BE_DOWN = 4;

export class CloudHealth {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  readonly #parts = new Map<Part, PartFacts>();
  #status: SourceStatus;

  /** `off`: no device cloud is configured. */
  constructor(isOff: boolean, clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    const [state, message] = isOff ? (['off', 'not configured'] as const) : (['connecting', null] as const);
    this.#status = { state, since: clock.now(), message, lastHeardAt: null };
  }

  get status(): SourceStatus {
    return this.#status;
  }

  subscribe(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** `null`: it went well. What we ended ourselves, or did not even ask, says nothing of anybody. */
  note(part: Part, failure: Failure | null): void {
    if (this.#status.state === 'off' || (failure !== null && isOurs(failure))) return;
    const before = this.#parts.get(part) ?? FRESH;
    this.#parts.set(part, factsAfter(before, failure));
    const heard = failure === null ? this.#clock.now() : this.#status.lastHeardAt;
    this.#status = { ...this.#status, lastHeardAt: heard };
    this.#move(sourceState(this.#parts), sentence(this.#parts));
  }

  #move(state: SourceState, message: string | null): void {
    const before = this.#status;
    if (before.state === state && before.message === message) return;
    const since = before.state === state ? before.since : this.#clock.now();
    this.#status = { ...before, state, since, message };
    if (before.state !== state) this.#say(before.state);
    for (const listener of [...this.#listeners]) listener();
  }

  #say(before: SourceState): void {
    const { state, message } = this.#status;
    if (state === 'live' && before === 'connecting') return;
    const level = state === 'down' ? 'warn' : 'info';
    this.#log[level](`telemetry of devices: ${state}`, message === null ? {} : { reason: message });
  }
}

function factsAfter(before: PartFacts, failure: Failure | null): PartFacts {
  if (failure === null) return { hasAnswered: true, failures: 0, last: null };
  return { ...before, failures: before.failures + 1, last: failure };
}

function partState({ hasAnswered, failures, last }: PartFacts): PartState {
  if (last?.code === 'invalid_client' || failures >= TO_BE_DOWN) return 'down';
  if (failures >= TO_DEGRADE) return 'degraded';
  return hasAnswered ? 'live' : 'connecting';
}

/** Customers alone take nothing from who knows the serial number. */
function sourceState(parts: ReadonlyMap<Part, PartFacts>): PartState {
  const cloud = partState(parts.get('cloud') ?? FRESH);
  const customers = partState(parts.get('customers') ?? FRESH);
  if (cloud === 'down') return 'down';
  if (cloud === 'connecting' && customers === 'live') return 'live';
  return customers === 'degraded' || customers === 'down' ? 'degraded' : cloud;
}

function sentence(parts: ReadonlyMap<Part, PartFacts>): string | null {
  const troubled = (['cloud', 'customers'] as const).map((part) => parts.get(part) ?? FRESH);
  const worst = troubled.find((facts) => ['degraded', 'down'].includes(partState(facts)));
  return worst?.last?.message ?? null;
}

function isOurs({ kind, code }: Failure): boolean {
  return kind === 'abort' || code === 'busy' || code === 'left.alone' || code === NO_ID;
}
