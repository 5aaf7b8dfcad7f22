/**
 * A link to an appliance as a pure machine. It knows no socket and no clock: effects are data with the number of the
 * attempt they belong to, and what comes back with another number is late and changes nothing.
 *
 *   opening ─opened─► up          any ─close─► closed
 *      ▲  │            │
 *      │  └──ended─────┤  to be tried again ─► waiting ─waitOver, retry─► opening
 *      │               └  for good          ─► failed  ─retry───────────► opening
 *
 * A token that is refused is renewed once an attempt of a person's or of a wait; refused again it is for good. While it
 * comes back it is still told as lost: nobody watches it flicker.
 */
import type { LinkState } from '../ports';
import type { Ending } from './link-ending';

interface Common {
  /** Of the newest try. */
  readonly attempt: number;
  /** In a row. */
  readonly failures: number;
  /** What the listener was told last. */
  readonly shown: LinkState;
}

export type LinkMachine =
  | (Common & { readonly state: 'opening'; readonly isRenewed: boolean })
  | (Common & { readonly state: 'up'; readonly upAt: number })
  | (Common & { readonly state: 'waiting' })
  | (Common & { readonly state: 'failed' })
  | (Common & { readonly state: 'closed' });

export type LinkEvent =
  /** `at`: monotonic ms. */
  | { readonly kind: 'opened'; readonly attempt: number; readonly at: number }
  /** `isToken`: our token was refused, and has been given up. */
  | {
      readonly kind: 'ended';
      readonly attempt: number;
      readonly at: number;
      readonly ending: Ending;
      readonly isToken: boolean;
    }
  | { readonly kind: 'waitOver'; readonly attempt: number }
  | { readonly kind: 'retry' }
  | { readonly kind: 'close' };

export type LinkEffect =
  | { readonly kind: 'open'; readonly attempt: number }
  /** Whatever there is of a socket ends, and nothing of it is heard any more. */
  | { readonly kind: 'drop' }
  /** Likewise, with a word of farewell. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'wait'; readonly attempt: number; readonly failures: number; readonly floorMs: number }
  | { readonly kind: 'tell'; readonly shown: LinkState };

export interface LinkStep {
  readonly machine: LinkMachine;
  readonly effects: readonly LinkEffect[];
}

/** A link that held for so long was a good one: the next wait is short again. */
export const STEADY_MS = 10_000;
const CONNECTING: LinkState = { kind: 'connecting' };

export function startLink(): LinkStep {
  const machine = { state: 'opening', attempt: 1, failures: 0, shown: CONNECTING, isRenewed: false } as const;
  return { machine, effects: [{ kind: 'open', attempt: 1 }] };
}

/** The next state and what is to be done. What means nothing here gives the same reference and no effects. */
export function stepLink(machine: LinkMachine, event: LinkEvent): LinkStep {
  if (machine.state === 'closed') return stay(machine);
  switch (event.kind) {
    case 'opened':
      return machine.state === 'opening' && event.attempt === machine.attempt
        ? told({ ...common(machine), state: 'up', upAt: event.at }, { kind: 'up' })
        : stay(machine);
    case 'ended':
      return event.attempt === machine.attempt ? ended(machine, event) : stay(machine);
    case 'waitOver':
      return machine.state === 'waiting' && event.attempt === machine.attempt
        ? open(machine, false)
        : stay(machine);
    case 'retry':
      return retry(machine);
    case 'close':
      return { machine: { ...common(machine), state: 'closed' }, effects: [{ kind: 'leave' }] };
  }
}

function retry(machine: LinkMachine): LinkStep {
  if (machine.state === 'waiting') return open(machine, false);
  if (machine.state !== 'failed') return stay(machine);
  const { effects, machine: next } = open(machine, false);
  return withFirst(effects, told(next, CONNECTING));
}

function ended(machine: LinkMachine, event: Extract<LinkEvent, { kind: 'ended' }>): LinkStep {
  const drop: LinkEffect = { kind: 'drop' };
  const { ending } = event;
  switch (machine.state) {
    case 'opening':
      if (event.isToken && !machine.isRenewed) return withFirst([drop], open(machine, true));
      return withFirst([drop], retreat(machine, ending, machine.failures));
    case 'up': {
      const wasSteady = event.at - machine.upAt >= STEADY_MS;
      return withFirst([drop], retreat(machine, ending, wasSteady ? 0 : machine.failures));
    }
    default:
      return stay(machine);
  }
}

/** `failures`: before this one. */
function retreat(machine: LinkMachine, { isFinal, reason, floorMs }: Ending, failures: number): LinkStep {
  const { attempt, shown } = machine;
  if (isFinal) return told({ state: 'failed', attempt, failures: 0, shown }, { kind: 'failed', reason });
  const wait: LinkEffect = { kind: 'wait', attempt, failures, floorMs };
  const next = { state: 'waiting', attempt, failures: failures + 1, shown } as const;
  return withFirst([wait], told(next, { kind: 'lost', reason }));
}

function open(machine: LinkMachine, isRenewed: boolean): LinkStep {
  const attempt = machine.attempt + 1;
  return {
    machine: { ...common(machine), state: 'opening', attempt, isRenewed },
    effects: [{ kind: 'open', attempt }],
  };
}

function told(machine: LinkMachine, shown: LinkState): LinkStep {
  if (isSame(machine.shown, shown)) return stay(machine);
  return { machine: { ...machine, shown }, effects: [{ kind: 'tell', shown }] };
}

function isSame(one: LinkState, other: LinkState): boolean {
  const reason = (state: LinkState) => ('reason' in state ? state.reason : null);
  return one.kind === other.kind && reason(one) === reason(other);
}

function common({ attempt, failures, shown }: LinkMachine): Common {
  return { attempt, failures, shown };
}

function stay(machine: LinkMachine): LinkStep {
  return { machine, effects: [] };
}

function withFirst(first: readonly LinkEffect[], { machine, effects }: LinkStep): LinkStep {
  return { machine, effects: [...first, ...effects] };
}
