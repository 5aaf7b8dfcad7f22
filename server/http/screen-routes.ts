/**
 * Paired screens, for those who look after them, and the one thing that a screen asks for itself: a new token. Every
 * change is recorded before it is made; an open screen follows at once.
 */
import { changeScreenSchema, pairScreenSchema, type ScreensResponse } from '../../lib/contracts/access';
import { readCookie, SCREEN_COOKIE, setCookie } from '../access/cookies';
import type { EnterProblem, Pairing } from '../access/screens/pairing';
import type { Screens } from '../access/screens/screens';
import { doerOf } from '../access/session-audit';
import { orAuditProblem } from './audit-problem';
import { SCREEN_COOKIE_S } from './pairing-routes';
import { type HttpProblem, SAFE_HEADERS, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface ScreenRoutesOptions {
  readonly screens: Screens;
  readonly pairing: Pairing;
  readonly boardExists: (boardId: string) => boolean;
}

const PLACE = '"name", "boardId", "room", "diagonalInches" (5 to 200), "farthestSeatMetres" (0.3 to 30)';
const NO_SCREEN: HttpProblem = { status: 404, code: 'screen.unknown', message: 'there is no such screen' };
const NO_BOARD: HttpProblem = { status: 404, code: 'board.unknown', message: 'there is no such board' };
const NO_TOKEN: HttpProblem = {
  status: 401,
  code: 'unauthenticated',
  message: 'this is no paired screen',
};

export function screenRoutes(options: ScreenRoutesOptions): readonly Route[] {
  const [all, one] = ['/api/v1/screens', '/api/v1/screens/:id'];
  return [
    { method: 'GET', path: all, answer: (exchange) => list(options, exchange) },
    { method: 'POST', path: all, pace: 'heavy', answer: (exchange) => pair(options, exchange) },
    { method: 'PATCH', path: one, answer: (exchange) => change(options, exchange) },
    { method: 'DELETE', path: one, answer: (exchange) => revoke(options, exchange) },
    {
      method: 'POST',
      path: '/api/v1/screen/token',
      pace: 'heavy',
      answer: (exchange) => rotate(options, exchange),
    },
  ];
}

async function list({ screens }: ScreenRoutesOptions, { response }: Exchange): Promise<void> {
  sendJson(response, { screens: [...(await screens.list())] } satisfies ScreensResponse);
}

async function pair({ pairing }: ScreenRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, as, address } = exchange;
  const body = await exchange.json();
  if (!body.ok) return sendProblem(response, body.error);
  const parsed = pairScreenSchema.safeParse(body.value);
  if (!parsed.success) return sendProblem(response, badBody(`"code", ${PLACE}`));
  const { code, ...place } = parsed.data;
  await orAuditProblem(response, async () => {
    const entered = await pairing.enter(code, place, doerOf(as, address));
    if (entered.ok) sendJson(response, entered.value, 201);
    else sendProblem(response, notEntered(entered.error));
  });
}

async function change({ screens, boardExists }: ScreenRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, ids, as, address } = exchange;
  const body = await exchange.json();
  if (!body.ok) return sendProblem(response, body.error);
  const parsed = changeScreenSchema.safeParse(body.value);
  if (!parsed.success) return sendProblem(response, badBody(`any of ${PLACE}`));
  const { boardId } = parsed.data;
  if (boardId !== undefined && !boardExists(boardId)) return sendProblem(response, NO_BOARD);
  await orAuditProblem(response, async () => {
    const changed = await screens.change(ids.get('id') ?? '', parsed.data, doerOf(as, address));
    if (changed === null) sendProblem(response, NO_SCREEN);
    else sendJson(response, changed);
  });
}

async function revoke({ screens }: ScreenRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, ids, as, address } = exchange;
  await orAuditProblem(response, async () => {
    const isRevoked = await screens.revoke(ids.get('id') ?? '', doerOf(as, address));
    if (isRevoked) response.writeHead(204, SAFE_HEADERS).end();
    else sendProblem(response, NO_SCREEN);
  });
}

/** Only the screen itself can: it shows the token that it has. */
async function rotate({ screens }: ScreenRoutesOptions, { request, response }: Exchange): Promise<void> {
  const token = readCookie(request.headers.cookie, SCREEN_COOKIE);
  const answer = token === null ? null : await screens.rotate(token);
  if (answer === null) return sendProblem(response, NO_TOKEN);
  if (answer.kind === 'rotated') {
    response.appendHeader('set-cookie', setCookie(SCREEN_COOKIE, answer.token, SCREEN_COOKIE_S));
  }
  sendJson(response, { rotated: answer.kind === 'rotated' });
}

function notEntered(problem: EnterProblem): HttpProblem {
  switch (problem.kind) {
    case 'board-unknown':
      return NO_BOARD;
    case 'code-unknown':
      return { status: 404, code: 'pairing.code-unknown', message: 'no screen shows this code now' };
    case 'full':
      return { status: 409, code: 'screens.full', message: 'there are as many screens as there may be' };
    case 'tries': {
      const seconds = String(Math.ceil(problem.waitMs / 1_000));
      const message = `too many codes were tried: again in ${seconds} s`;
      return { status: 429, code: 'pairing.tries', message, headers: { 'retry-after': seconds } };
    }
  }
}

function badBody(fields: string): HttpProblem {
  return { status: 400, code: 'body.invalid', message: `the body is an object of ${fields}` };
}
