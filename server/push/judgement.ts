/**
 * What becomes of a client of a board: served, sent to its own board, or refused. Pure; who may what is the access table's to
 * say. Reach `own` is a screen's one board: another board is another's, unless the screen was just given another.
 */
import type { IncomingMessage } from 'node:http';
import type { Handshake, Refusal } from '../../lib/contracts/push';
import { type Decision, decide, decideFor } from '../access/decide';
import type { Credentials } from '../access/gate';
import type { Identity, Principal, ScreenPrincipal } from '../access/principal';

/**
 * What a client can do: come to a board, ask for it anew, and say of itself what it shows there; or come to a device, or to a diagnostic session.
 * Every one has its row in the access table.
 */
export const SOCKET_EVENTS = ['join', 'resync', 'report', 'device', 'diagnostics'] as const;
export type SocketTarget = `socket ${(typeof SOCKET_EVENTS)[number]}`;

export type Verdict =
  | { readonly kind: 'served'; readonly as: Principal }
  /** A paired screen whose board is another: it is told where to go. */
  | { readonly kind: 'moved'; readonly screen: ScreenPrincipal }
  | { readonly kind: 'refused'; readonly as: Principal; readonly refusal: Refusal };

/** Refusals of a standing: after these nothing of the picture stays with the client. */
export type StandingCode = 'unauthenticated' | 'forbidden' | 'revoked';

const MESSAGES: Readonly<Record<StandingCode, string>> = {
  unauthenticated: 'sign in to see this board',
  forbidden: 'you may not see this board',
  revoked: 'this screen is not paired any more',
};

export function refusalOf(code: StandingCode): Refusal {
  return { code, message: MESSAGES[code] };
}

/** A socket's credentials: the token of its handshake, else what the upgrade request brought. */
export function credentialsOf(request: IncomingMessage, token: string | undefined): Credentials {
  const { cookie, authorization } = request.headers;
  return { cookie, authorization: token === undefined ? authorization : `Bearer ${token}` };
}

/** Instead of what a token is worth, where too many were tried. */
export const TOO_MANY_GUESSES: Refusal = {
  code: 'limit.messages',
  message: 'too many tokens from this address are nobody’s: try again later',
};

/**
 * Whether it was refused for a token that is nobody's. A cookie that is no more is a page's that nobody closed: it is
 * no guess, and the television that was revoked must hear so whatever its neighbours do.
 */
export function isGuess(
  request: IncomingMessage,
  { token }: Pick<Handshake, 'token'>,
  { as }: Verdict & { kind: 'refused' },
): boolean {
  return credentialsOf(request, token).authorization !== undefined && as.kind === 'anonymous';
}

/** Of whoever joins; with `screenId` as that screen and as nobody else. */
export function judgeJoin(identity: Identity, { boardId, screenId }: Handshake): Verdict {
  const { who, screen } = identity;
  if (screenId === undefined) {
    const verdict = judge(decideFor('socket join', identity), who, boardId);
    // Nobody told this page that it is the screen's: another board is just not its own.
    return verdict.kind === 'moved' ? refused(verdict.screen, 'forbidden') : verdict;
  }
  if (screen === null || screen.screenId !== screenId) return refused(screen ?? who, 'revoked');
  return judge(decide('socket join', screen), screen, boardId);
}

/** Of one who is seated at a board, as he stands now; `null`: no longer. */
export function judgeStanding(
  target: SocketTarget,
  seat: { readonly principal: Principal; readonly boardId: string },
  standing: Principal | null,
): Verdict {
  if (standing === null) {
    return refused(seat.principal, seat.principal.kind === 'screen' ? 'revoked' : 'unauthenticated');
  }
  return judge(decide(target, standing), standing, seat.boardId);
}

function judge(decision: Decision, who: Principal, boardId: string): Verdict {
  if (!decision.allowed) return refused(who, decision.reason);
  const { as, reach } = decision;
  if (reach === 'all') return { kind: 'served', as };
  if (as.kind !== 'screen') return refused(as, 'forbidden');
  return as.boardId === boardId ? { kind: 'served', as } : { kind: 'moved', screen: as };
}

function refused(as: Principal, code: StandingCode): Verdict {
  return { kind: 'refused', as, refusal: refusalOf(code) };
}
