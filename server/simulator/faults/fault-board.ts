/**
 * The faults in force. Instant ones are handed to their performer and forgotten; lasting ones are kept until cleared,
 * used up or over. At most 100 at a time. With none in force, asking costs one comparison.
 */

import type { Result } from '../../../lib/result';
import { err, ok } from '../../../lib/result';
import type { Clock } from '../../runtime/clock';
import {
  type Fault,
  type FaultInput,
  faultSchema,
  type InstantFault,
  isInstant,
  type LastingFault,
} from './fault';

export interface FaultInForce {
  readonly id: string;
  readonly fault: LastingFault;
  readonly since: number;
  /** How often it has struck. */
  readonly used: number;
}

export interface InjectedFault {
  readonly id: string;
  readonly fault: Fault;
  /** Instant faults: how many sockets, channels, tokens, topics or devices were hit. */
  readonly affected: number | null;
}

type Of<K extends LastingFault['kind']> = Extract<LastingFault, { kind: K }>;

export interface FaultBoard {
  /** Injects a fault; throws on one that the schema refuses (`injectRaw` says what is wrong instead). */
  inject(fault: FaultInput): InjectedFault;
  injectRaw(raw: unknown): Result<InjectedFault, string>;
  list(): readonly FaultInForce[];
  /** One, or all of them; how many were cleared. */
  clear(id?: string): number;
}

/** What the platform's parts ask. */
export interface FaultSource {
  /** The first fault of that kind that fits, counted as used; `null` where there is none. */
  strike<K extends LastingFault['kind']>(kind: K, fits: (fault: Of<K>) => boolean): Of<K> | null;
  readonly any: boolean;
}

const MAX_FAULTS = 100;

export function createFaultBoard(
  clock: Clock,
  perform: (fault: InstantFault) => number,
): FaultBoard & FaultSource {
  const inForce = new Map<string, { fault: LastingFault; since: number; until: number; used: number }>();
  let nextId = 1;

  function injectParsed(fault: Fault): InjectedFault {
    const id = `fault-${nextId}`;
    nextId += 1;
    if (isInstant(fault)) return { id, fault, affected: perform(fault) };
    const until = fault.forMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonicNow() + fault.forMs;
    inForce.set(id, { fault, since: clock.now(), until, used: 0 });
    return { id, fault, affected: null };
  }
  function dropEnded(): void {
    const now = clock.monotonicNow();
    for (const [id, entry] of inForce) if (entry.until <= now) inForce.delete(id);
  }
  function injectRaw(raw: unknown): Result<InjectedFault, string> {
    const parsed = faultSchema.safeParse(raw);
    if (!parsed.success) return err(describe(parsed.error.issues));
    dropEnded();
    if (inForce.size >= MAX_FAULTS) return err(`there are ${MAX_FAULTS} faults in force already; clear some`);
    return ok(injectParsed(parsed.data));
  }

  return {
    inject(fault) {
      const injected = injectRaw(fault);
      if (!injected.ok) throw new Error(injected.error);
      return injected.value;
    },
    injectRaw,
    list() {
      dropEnded();
      return Array.from(inForce, ([id, { fault, since, used }]) => ({ id, fault, since, used }));
    },
    clear(id) {
      if (id !== undefined) return inForce.delete(id) ? 1 : 0;
      const count = inForce.size;
      inForce.clear();
      return count;
    },
    get any() {
      return inForce.size > 0;
    },
    strike<K extends LastingFault['kind']>(kind: K, fits: (fault: Of<K>) => boolean): Of<K> | null {
      if (inForce.size === 0) return null;
      dropEnded();
      for (const [id, entry] of inForce) {
        if (entry.fault.kind !== kind) continue;
        // Its kind has just been compared.
        const fault = entry.fault as Of<K>;
        if (!fits(fault)) continue;
        entry.used += 1;
        if (fault.times !== undefined && entry.used >= fault.times) inForce.delete(id);
        return fault;
      }
      return null;
    },
  };
}

function describe(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  return issues.map((issue) => `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`).join('; ');
}
