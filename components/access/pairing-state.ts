/**
 * A television that wants to be paired, as a pure machine. One question is under way at a time; each answer carries
 * the turn that it belongs to, and late ones change nothing. It tries for ever.
 *
 *   meeting ──nobody's──► asking ──code──► proving ──known──► showing ──entered──► going
 *      │                    ▲ └─paired        └─expired─┐        │                   ▲
 *      │                    └───────────────────────────┴──over──┘                   │
 *      └──────────────────────────────── paired already ─────────────────────────────┘
 *
 * `meeting` asks who this browser is, `asking` for a code, `proving` whether the browser has kept its claim on it,
 * `showing` whether somebody has entered it. A code that could lead nowhere is never shown.
 */
import type { PairingState } from '../../lib/contracts/access';
import { nextPath } from '../../lib/next-path';

/** `away`: no answer. `busy`: told to come later. `odd`: an answer that is none. `unkept`: the browser keeps no cookie. */
export type Trouble = 'away' | 'busy' | 'odd' | 'unkept';

interface Trying {
  readonly turn: number;
  /** Failed tries in a row. */
  readonly failures: number;
  /** Why the last try gave nothing; `null` when it did. */
  readonly trouble: Trouble | null;
  /** Codes in a row that the server did not know again. */
  readonly lostCodes: number;
}
interface Code {
  readonly code: string;
  /** Ms of this machine's monotonic clock. */
  readonly endsAt: number;
  /** How long the code was good when it came. */
  readonly lifeMs: number;
}
type Asking = Trying & { readonly state: 'asking' };
type WithCode = Trying & Code & { readonly state: 'proving' | 'showing' };
export type PairingScreen =
  | (Trying & { readonly state: 'meeting' })
  | Asking
  | WithCode
  | { readonly state: 'going'; readonly turn: number; readonly failures: number; readonly path: string };

/** `at`: ms of the monotonic clock. */
export type PairingEvent =
  | { readonly kind: 'met'; readonly turn: number; readonly path: string | null }
  | { readonly kind: 'answered'; readonly turn: number; readonly answer: PairingState; readonly at: number }
  | {
      readonly kind: 'failed';
      readonly turn: number;
      readonly trouble: Exclude<Trouble, 'unkept'>;
      /** What the server asked for; `null`: nothing. */
      readonly waitMs: number | null;
    }
  | { readonly kind: 'ticked'; readonly at: number };

export type Question = 'who' | 'newCode' | 'entered';
export type PairingEffect =
  | {
      readonly kind: 'ask';
      readonly question: Question;
      readonly turn: number;
      readonly delayMs: number;
    }
  | { readonly kind: 'go'; readonly path: string };

export interface PairingStep {
  readonly screen: PairingScreen;
  readonly effects: readonly PairingEffect[];
}

const POLL_MS = 2_000;
/** Until the next try; the last one repeats for ever. */
const RETRY_DELAYS_MS: readonly number[] = [2_000, 4_000, 8_000, 10_000];
/** Whatever the server, or who stands before it, says. */
const LONGEST_WAIT_MS = 5 * 60_000;
/** A page that is not left by then is left anew. */
const GO_AGAIN_MS = 60_000;
/** A server that was started anew forgets one code; a browser without cookies loses each. */
const MOST_LOST_CODES = 2;
const UNKEPT_MS = 60_000;

const FRESH = { failures: 0, trouble: null, lostCodes: 0 } as const;

export function beginPairing(): PairingStep {
  return {
    screen: { state: 'meeting', turn: 1, ...FRESH },
    effects: [{ kind: 'ask', question: 'who', turn: 1, delayMs: 0 }],
  };
}

/** A no-op returns the same screen and no effects. */
export function stepPairing(screen: PairingScreen, event: PairingEvent): PairingStep {
  if (event.kind === 'ticked') return ticked(screen, event.at);
  if (event.turn !== screen.turn) return nothing(screen);
  switch (event.kind) {
    case 'met':
      return met(screen, event.path);
    case 'answered':
      return answered(screen, event.answer, event.at);
    case 'failed':
      return failed(screen, event.trouble, event.waitMs);
  }
}

function nothing(screen: PairingScreen): PairingStep {
  return { screen, effects: [] };
}

/** A code that is over must not stay on the wall. */
function ticked(screen: PairingScreen, at: number): PairingStep {
  if (screen.state !== 'proving' && screen.state !== 'showing') return nothing(screen);
  if (at < screen.endsAt) return nothing(screen);
  const { failures, trouble, lostCodes } = screen;
  return askForCode({ turn: screen.turn + 1, failures, trouble, lostCodes }, 0);
}

function met(screen: PairingScreen, path: string | null): PairingStep {
  if (screen.state !== 'meeting' && screen.state !== 'going') return nothing(screen);
  if (isScreenPath(path)) return goTo(path, screen.turn);
  return askForCode({ turn: screen.turn + 1, ...FRESH }, 0);
}

function answered(screen: PairingScreen, answer: PairingState, at: number): PairingStep {
  if (screen.state === 'meeting' || screen.state === 'going') return nothing(screen);
  switch (answer.state) {
    case 'paired':
      return isScreenPath(answer.path) ? goTo(answer.path, screen.turn) : failed(screen, 'odd', null);
    case 'expired':
      // Who has just asked for a new one cannot be told that it is over.
      return screen.state === 'asking' ? failed(screen, 'odd', null) : expired(screen);
    case 'waiting':
      return withCode(screen, answer, at);
  }
}

function withCode(
  screen: Asking | WithCode,
  { code, expiresAt, serverTime }: Extract<PairingState, { state: 'waiting' }>,
  at: number,
): PairingStep {
  const leftMs = Math.max(0, expiresAt - serverTime);
  const known = screen.state !== 'asking' && screen.code === code ? screen : null;
  const turn = screen.turn + 1;
  const isProven = screen.state !== 'asking';
  return {
    screen: {
      state: isProven ? 'showing' : 'proving',
      ...{ turn, failures: 0, trouble: null, code },
      lostCodes: isProven ? 0 : screen.lostCodes,
      // The first one holds: an answer that was slow to come makes no code younger.
      endsAt: Math.min(known?.endsAt ?? Number.POSITIVE_INFINITY, at + leftMs),
      lifeMs: known?.lifeMs ?? leftMs,
    },
    effects: [{ kind: 'ask', question: 'entered', turn, delayMs: isProven ? POLL_MS : 0 }],
  };
}

function expired(screen: WithCode): PairingStep {
  const lostCodes = screen.state === 'proving' ? screen.lostCodes + 1 : 0;
  const isUnkept = lostCodes >= MOST_LOST_CODES;
  const trying = { turn: screen.turn + 1, failures: 0, lostCodes };
  return askForCode({ ...trying, trouble: isUnkept ? 'unkept' : null }, isUnkept ? UNKEPT_MS : 0);
}

function failed(
  screen: PairingScreen,
  trouble: Exclude<Trouble, 'unkept'>,
  waitMs: number | null,
): PairingStep {
  const last = RETRY_DELAYS_MS.length - 1;
  const ownMs = RETRY_DELAYS_MS[Math.min(screen.failures, last)] ?? POLL_MS;
  const delayMs = Math.max(ownMs, Math.min(waitMs ?? 0, LONGEST_WAIT_MS));
  const [turn, failures] = [screen.turn + 1, screen.failures + 1];
  return {
    screen: screen.state === 'going' ? { ...screen, turn, failures } : { ...screen, turn, failures, trouble },
    effects: [{ kind: 'ask', question: questionOf(screen.state), turn, delayMs }],
  };
}

function questionOf(state: PairingScreen['state']): Question {
  switch (state) {
    case 'meeting':
    case 'going':
      return 'who';
    case 'asking':
      return 'newCode';
    case 'proving':
    case 'showing':
      return 'entered';
  }
}

function askForCode(trying: Trying, delayMs: number): PairingStep {
  return {
    screen: { state: 'asking', ...trying },
    effects: [{ kind: 'ask', question: 'newCode', turn: trying.turn, delayMs }],
  };
}

/** Should the page not be left, it is asked again who this is, and left anew. */
function goTo(path: string, before: number): PairingStep {
  const turn = before + 1;
  return {
    screen: { state: 'going', turn, failures: 0, path },
    effects: [
      { kind: 'go', path },
      { kind: 'ask', question: 'who', turn, delayMs: GO_AGAIN_MS },
    ],
  };
}

/** A page of ours that shows a board: anything else would lead a television astray, or back here for ever. */
function isScreenPath(path: string | null): path is string {
  return path?.startsWith('/screen/') === true && nextPath(path) === path;
}
