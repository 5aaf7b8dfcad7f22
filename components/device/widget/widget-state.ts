/**
 * The widget beside one conversation, as a pure machine. It asks, joins, and listens; each answer carries the turn that
 * it belongs to, and late ones change nothing. It tries for ever; what it showed last stays while the server is away,
 * and goes where nobody may see it any more.
 *
 *   asking ──device──► joining ──joined──► live
 *     ▲ │                 └──lost──► away ◄──lost──┘
 *     │ ├──failed──► away ──(delay)──► asking
 *     │ ├──signed out──► signedOut ──token──► asking
 *     └─┴──refused──► refused ──(delay)──► asking
 */
import type { AgentDevice, Telemetry, TelemetryUpdate } from '../../../lib/contracts/device';
import type { AgentToken } from './reading';

/** `forbidden`: not his to see. `unknown`: no such conversation, or not his. `off`: no devices are configured. */
export type RefusalKind = 'forbidden' | 'unknown' | 'off';

interface Common {
  readonly turn: number;
  /** Failed tries in a row. */
  readonly failures: number;
  /** In this page's memory only. */
  readonly token: string | null;
  readonly shown: Shown | null;
}

export interface Shown {
  readonly telemetry: Telemetry;
  /** `page`: as the page around this one posted it. */
  readonly source: 'server' | 'page';
}

export type WidgetState =
  | (Common & { readonly state: 'asking' | 'joining' | 'live' | 'away' | 'signedOut' })
  | (Common & { readonly state: 'refused'; readonly why: RefusalKind });

/** Why an asking or a link ended without a device. */
export type Failure =
  | { readonly kind: 'away' }
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'refused'; readonly why: RefusalKind };

export type WidgetEvent =
  | { readonly kind: 'answered'; readonly turn: number; readonly device: AgentDevice }
  | { readonly kind: 'failed'; readonly turn: number; readonly failure: Failure }
  | { readonly kind: 'joined'; readonly turn: number }
  | { readonly kind: 'told'; readonly turn: number; readonly device: AgentDevice }
  | { readonly kind: 'lost'; readonly turn: number; readonly failure: Failure }
  /** `delayMs` of an `ask` or `renew` is over: the shell does it. */
  | { readonly kind: 'tokenGiven'; readonly token: AgentToken }
  | { readonly kind: 'renewed'; readonly token: AgentToken | null }
  | { readonly kind: 'posted'; readonly update: TelemetryUpdate; readonly at: number };

export type WidgetEffect =
  /** Ends what is under way, then asks: `GET /api/v1/agent/device`. */
  | { readonly kind: 'ask'; readonly turn: number; readonly delayMs: number }
  | { readonly kind: 'join'; readonly turn: number }
  | { readonly kind: 'leave' }
  /** A new token for the old one. */
  | { readonly kind: 'renew'; readonly delayMs: number }
  | { readonly kind: 'forgetRenewal' };

export interface WidgetStep {
  readonly state: WidgetState;
  readonly effects: readonly WidgetEffect[];
}

/** Until the next try; the last one repeats for ever. */
const RETRY_DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];
/** Who may not see it now may be allowed to later: a conversation that was just routed is told a little later. */
const REFUSED_RETRY_MS = 5_000;
const MOST_REFUSED_MS = 60_000;
/** Of a token's life. */
const RENEW_AT = 0.75;
const RENEW_AGAIN_MS = 5_000;

export function beginWidget(): WidgetStep {
  const state = { state: 'asking', turn: 1, failures: 0, token: null, shown: null } as const;
  return { state, effects: [{ kind: 'ask', turn: 1, delayMs: 0 }] };
}

/** A no-op returns the same state and no effects. */
export function stepWidget(state: WidgetState, event: WidgetEvent): WidgetStep {
  if ('turn' in event && event.turn !== state.turn) return nothing(state);
  switch (event.kind) {
    case 'answered':
      return state.state === 'asking' ? answered(state, event.device) : nothing(state);
    case 'failed':
      return state.state === 'asking' ? failed(state, event.failure) : nothing(state);
    case 'joined':
      if (state.state !== 'joining') return nothing(state);
      return { state: { ...common(state), state: 'live' }, effects: [] };
    case 'told':
      if (state.state !== 'joining' && state.state !== 'live') return nothing(state);
      // Served: only now are the failures before over, or a link that is cut at once would be tried without a pause.
      return { state: { ...state, failures: 0, shown: fromServer(event.device) }, effects: [] };
    case 'lost':
      if (state.state !== 'joining' && state.state !== 'live') return nothing(state);
      return failed(state, event.failure);
    case 'tokenGiven':
      return withToken(state, event.token);
    case 'renewed':
      return renewed(state, event.token);
    case 'posted':
      return posted(state, event.update, event.at);
  }
}

function nothing(state: WidgetState): WidgetStep {
  return { state, effects: [] };
}

function common({ turn, failures, token, shown }: WidgetState): Common {
  return { turn, failures, token, shown };
}

function fromServer({ telemetry }: AgentDevice): Shown {
  return { telemetry, source: 'server' };
}

function answered(state: WidgetState, device: AgentDevice): WidgetStep {
  const turn = state.turn + 1;
  return {
    state: { ...common(state), state: 'joining', turn, shown: fromServer(device) },
    effects: [{ kind: 'join', turn }],
  };
}

function failed(state: WidgetState, failure: Failure): WidgetStep {
  const turn = state.turn + 1;
  const failures = state.failures + 1;
  switch (failure.kind) {
    case 'away': {
      const delayMs = RETRY_DELAYS_MS[Math.min(state.failures, RETRY_DELAYS_MS.length - 1)] ?? 0;
      return askLater({ ...common(state), state: 'away', turn, failures }, delayMs);
    }
    case 'refused': {
      const delayMs = Math.min(REFUSED_RETRY_MS * failures, MOST_REFUSED_MS);
      const { why } = failure;
      return askLater({ ...common(state), state: 'refused', turn, failures, shown: null, why }, delayMs);
    }
    case 'signedOut':
      return {
        state: { state: 'signedOut', turn, failures: 0, token: null, shown: null },
        effects: [{ kind: 'leave' }, { kind: 'forgetRenewal' }],
      };
  }
}

/** Asking says in its turn whether it is still away; until then the state stays what it was. */
function askLater(state: WidgetState, delayMs: number): WidgetStep {
  return { state, effects: [{ kind: 'leave' }, { kind: 'ask', turn: state.turn, delayMs }] };
}

/** The shell asks now: what comes is an answer to this. */
export function nowAsking(state: WidgetState, turn: number): WidgetState {
  if (state.turn !== turn || (state.state !== 'away' && state.state !== 'refused')) return state;
  return { ...common(state), state: 'asking' };
}

function withToken(state: WidgetState, { token, lifeMs }: AgentToken): WidgetStep {
  if (state.state !== 'signedOut' && state.state !== 'refused') return nothing(state);
  const turn = state.turn + 1;
  return {
    state: { state: 'asking', turn, failures: 0, token, shown: null },
    effects: [
      { kind: 'ask', turn, delayMs: 0 },
      { kind: 'renew', delayMs: lifeMs * RENEW_AT },
    ],
  };
}

/** The link is made anew with the new token: the old one ends with its own. */
function renewed(state: WidgetState, token: AgentToken | null): WidgetStep {
  if (state.token === null) return nothing(state);
  if (token === null) return { state, effects: [{ kind: 'renew', delayMs: RENEW_AGAIN_MS }] };
  const renew = { kind: 'renew', delayMs: token.lifeMs * RENEW_AT } as const;
  if (state.state !== 'live' && state.state !== 'joining') {
    return { state: { ...state, token: token.token }, effects: [renew] };
  }
  const turn = state.turn + 1;
  return {
    state: { ...common(state), state: 'joining', turn, token: token.token },
    effects: [{ kind: 'leave' }, { kind: 'join', turn }, renew],
  };
}

/** Of the device that is shown, or where none is known; never where nobody may see anything. */
function posted(state: WidgetState, update: TelemetryUpdate, at: number): WidgetStep {
  if (state.state === 'signedOut' || state.state === 'refused') return nothing(state);
  const known = state.shown?.telemetry.deviceId ?? null;
  if (known !== null && known !== update.deviceId) return nothing(state);
  const telemetry: Telemetry = {
    deviceId: update.deviceId,
    deviceStatus: update.deviceStatus,
    battery: update.battery ?? null,
    firmwareVersion: update.firmwareVersion ?? null,
    lastSeen: update.lastSeen ?? null,
    reason: null,
    asOf: at,
  };
  return { state: { ...state, shown: { telemetry, source: 'page' } }, effects: [] };
}
