/**
 * The addresses of signing in and out. Browsers come to the two GETs by navigation, so whatever goes wrong there is a
 * redirect to our own page with a word about it; the POSTs are our page's own calls.
 */
import type { ServerResponse } from 'node:http';
import { oneTimeSignInSchema, type redirectSchema } from '../../lib/contracts/access';
import type { SignInConfig } from '../access/access-config';
import { clearCookie, FLOW_COOKIE, readCookie, SESSION_COOKIE, setCookie } from '../access/cookies';
import { FLOW_MS } from '../access/sign-in/sealed-flow';
import {
  BEGIN_PATH,
  CALLBACK_PATH,
  SIGN_IN_PAGE,
  type SignIn,
  type SignInProblem,
  type Visitor,
} from '../access/sign-in/sign-in';
import { orAuditProblem } from './audit-problem';
import { type HttpProblem, sendJson, sendProblem, sendText } from './reply';
import type { Exchange, Route } from './route';

export interface AuthRoutesOptions {
  readonly signIn: SignIn;
  /** `none`: this server has no accounts. */
  readonly mode: SignInConfig['mode'] | 'none';
  /** How long the browser keeps its session's cookie. */
  readonly sessionMs: number;
}

const NO_SIGN_IN: HttpProblem = { status: 404, code: 'sign-in.off', message: 'this server has no accounts' };
const BAD_BODY: HttpProblem = { status: 400, code: 'body.invalid', message: 'the body is {"token": "…"}' };
const BAD_LINK: HttpProblem = {
  status: 403,
  code: 'link.refused',
  message: 'this link was used already, or is too old: make a new one',
};

export function authRoutes(options: AuthRoutesOptions): readonly Route[] {
  const { signIn } = options;
  return [
    { method: 'GET', path: BEGIN_PATH, answer: (exchange) => begin(signIn, exchange) },
    { method: 'GET', path: CALLBACK_PATH, answer: (exchange) => finish(options, exchange) },
    { method: 'POST', path: '/auth/once', pace: 'heavy', answer: (exchange) => once(options, exchange) },
    { method: 'POST', path: '/auth/sign-out', answer: (exchange) => out(signIn, exchange) },
  ];
}

async function begin(signIn: SignIn, { request, parameters, response }: Exchange): Promise<void> {
  const next = parameters.get('next');
  const beginning = signIn.beginning(request.headers.host, next);
  if (beginning !== null) return redirectTo(response, beginning);
  const begun = await signIn.begin(next);
  if (!begun.ok) return redirectTo(response, pageWith(begun.error));
  const { location, flowCookie } = begun.value;
  response.appendHeader('set-cookie', setCookie(FLOW_COOKIE, flowCookie, FLOW_MS / 1_000));
  redirectTo(response, location);
}

async function finish({ signIn, sessionMs }: AuthRoutesOptions, exchange: Exchange): Promise<void> {
  const { request, response, parameters } = exchange;
  response.appendHeader('set-cookie', clearCookie(FLOW_COOKIE));
  const flowCookie = readCookie(request.headers.cookie, FLOW_COOKIE);
  const finished = await signIn.finish({ parameters, flowCookie }, visitorOf(exchange));
  if (!finished.ok) return redirectTo(response, pageWith(finished.error));
  const { cookie, next } = finished.value;
  giveSession(response, cookie, sessionMs);
  redirectTo(response, next);
}

async function once({ signIn, mode, sessionMs }: AuthRoutesOptions, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  if (mode === 'none') return sendProblem(response, NO_SIGN_IN);
  const body = await exchange.json();
  if (!body.ok) return sendProblem(response, body.error);
  const parsed = oneTimeSignInSchema.safeParse(body.value);
  if (!parsed.success) return sendProblem(response, BAD_BODY);
  await orAuditProblem(response, async () => {
    const cookie = await signIn.once(parsed.data.token, visitorOf(exchange));
    if (cookie === null) return sendProblem(response, BAD_LINK);
    giveSession(response, cookie, sessionMs);
    sendGoTo(response, '/');
  });
}

async function out(signIn: SignIn, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  await orAuditProblem(response, async () => {
    const location = await signIn.out(visitorOf(exchange));
    response.appendHeader('set-cookie', clearCookie(SESSION_COOKIE));
    sendGoTo(response, location);
  });
}

function visitorOf({ identity, address }: Exchange): Visitor {
  return { who: identity.who, address };
}

function giveSession(response: ServerResponse, cookie: string, sessionMs: number): void {
  response.appendHeader('set-cookie', setCookie(SESSION_COOKIE, cookie, sessionMs / 1_000));
}

function sendGoTo(response: ServerResponse, location: string): void {
  sendJson(response, { location } satisfies ReturnType<typeof redirectSchema.parse>);
}

function pageWith(problem: SignInProblem): string {
  return `${SIGN_IN_PAGE}?problem=${problem}`;
}

/** The address that is left has a code in it, and is told to nobody. */
function redirectTo(response: ServerResponse, location: string): void {
  const headers = { location, 'referrer-policy': 'no-referrer' };
  sendText(response, { status: 303, type: 'text/plain; charset=utf-8', body: '', headers });
}
