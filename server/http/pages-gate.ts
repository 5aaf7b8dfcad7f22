/**
 * Stands in front of the pages: which there are, who may see them, and what their renderer is told. What the access
 * table does not list does not exist. Pages hold no figures: a page that is seen too early shows an empty frame.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ACCESS_TABLE } from '../access/access-table';
import { decideFor, rowOf } from '../access/decide';
import type { Identity } from '../access/principal';
import type { SecretBytes } from '../runtime/secret-bytes';
import type { Admitted, Doorkeeper, Refusal } from './doorkeeper';
import { framersOf } from './framing';
import { localeOfPage, type PageLocales } from './page-locale';
import { hasInternalParameter, preparePageRequest } from './page-request';
import { byOpenness, matchParts, patternParts } from './pattern-match';
import { type HttpProblem, sendText } from './reply';
import { allowFraming, newNonce, pagePolicy } from './security-headers';
import type { Target } from './target';

export interface PagesGateOptions {
  readonly doorkeeper: Doorkeeper;
  readonly secretBytes: SecretBytes;
  readonly allowedOrigins: readonly string[];
  /** Who may hold the widget in a frame. */
  readonly widgetFramers: readonly string[];
  /** Which language a page is sent in. */
  readonly locales: PageLocales;
  /** The renderer of the pages. */
  readonly fallback: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly address: string;
}

interface Page {
  /** As the access table writes it: `page /screen/:id`. */
  readonly row: string;
  readonly ids: ReadonlyMap<string, string>;
  /** A script, style or picture. */
  readonly isFile: boolean;
}

const PREFIX = 'page ';
/** Longer ones are not gone back to after signing in. */
const MAX_NEXT = 500;

const PAGES = ACCESS_TABLE.map((row) => row.target)
  .filter((target) => target.startsWith(PREFIX))
  .map((row) => ({ row, parts: patternParts(row.slice(PREFIX.length)) }))
  .sort((a, b) => byOpenness(a.parts, b.parts));

export async function servePage(visit: Visit, options: PagesGateOptions): Promise<void> {
  const { request, response, target, address } = visit;
  const page = findPage(target);
  const problem = misdirected(request, target, page);
  if (problem !== null || page === null) {
    sayProblem(response, problem ?? NOT_FOUND);
    return;
  }
  const admitted = await options.doorkeeper.admit(request, {
    target: page.row,
    pace: page.isFile ? 'free' : 'plain',
    address,
    unseen: rowOf(page.row)?.anyone ?? false,
  });
  if (!admitted.ok) refuse(visit, admitted.error);
  else if (isElsewhere(page, admitted.value)) sendHome(visit);
  else render(visit, page, options);
}

function findPage({ parts }: Target): Page | null {
  for (const { row, parts: expected } of PAGES) {
    const ids = matchParts(expected, parts);
    if (ids !== null) return { row, ids, isFile: /(\/\*|\.svg)$/.test(row) };
  }
  return null;
}

function misdirected({ method }: IncomingMessage, target: Target, page: Page | null): HttpProblem | null {
  if (page === null) return NOT_FOUND;
  if (method !== 'GET' && method !== 'HEAD') return NOT_ALLOWED;
  return hasInternalParameter(target.parameters) ? NOT_FOUND : null;
}

/** A paired screen shows its own board only. */
function isElsewhere({ ids }: Page, { as, reach }: Admitted): boolean {
  const id = ids.get('id');
  return reach === 'own' && id !== undefined && !(as.kind === 'screen' && as.boardId === id);
}

/** By itself, as nobody can touch it: `/screen` leads each screen to its board. */
function sendHome({ request, response }: Visit): void {
  if (isPartOfPage(request)) sayProblem(response, FORBIDDEN);
  else redirect(response, '/screen');
}

function refuse({ request, response, target }: Visit, { problem, identity }: Refusal): void {
  const isLost = problem.status === 401 || (problem.status === 403 && hasNoPage(identity));
  if (isLost && !isPartOfPage(request)) redirect(response, signInPath(target, request.url ?? '/'));
  else sayProblem(response, problem.status === 403 ? { ...FORBIDDEN, code: problem.code } : problem);
}

/** Somebody signed in who may not even come in by the front: there he is told so by his name, and can sign out. */
function hasNoPage(identity: Identity): boolean {
  return identity.who.kind === 'person' && !decideFor('page /', identity).allowed;
}

function signInPath({ path }: Target, sent: string): string {
  const next = sent.length <= MAX_NEXT ? sent : path;
  return next === '/' || next.length > MAX_NEXT ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}

/** Fetched by a page for going to the next: its client takes anything but 200 as the word to load that page itself. */
function isPartOfPage({ headers }: IncomingMessage): boolean {
  const asked = [headers.rsc, headers['next-router-prefetch'], headers['next-router-segment-prefetch']];
  const purpose = headers['sec-purpose'] ?? headers.purpose;
  return (
    asked.some((value) => value !== undefined) || (typeof purpose === 'string' && /prefetch/.test(purpose))
  );
}

function render(visit: Visit, page: Page, options: PagesGateOptions): void {
  const { request, response, target, address } = visit;
  const { headers } = request;
  const { host = '' } = headers;
  const secure = options.allowedOrigins.includes(`https://${host}`);
  const framers = framersOf(page.row, options.widgetFramers);
  const policy = page.isFile ? null : pagePolicy(newNonce(options.secretBytes), host, secure, framers);
  if (framers.length > 0) allowFraming(response);
  const asked = { row: page.row, boardId: page.ids.get('id') ?? null, headers };
  const language = localeOfPage({ ...asked, parameters: target.parameters }, options.locales);
  preparePageRequest(request, { policy, secure, address, language });
  response.setHeader('content-security-policy', policy ?? "default-src 'none'; frame-ancestors 'none'");
  options.fallback(request, response);
}

const NOT_FOUND: HttpProblem = {
  status: 404,
  code: 'path.unknown',
  message: 'There is nothing at this address.',
};
const NOT_ALLOWED: HttpProblem = {
  status: 405,
  code: 'method.not-allowed',
  message: 'Pages are only to be read.',
  headers: { allow: 'GET, HEAD' },
};
const FORBIDDEN: HttpProblem = {
  status: 403,
  code: 'forbidden',
  message:
    'You are signed in, but you may not see this page. An administrator can give you a role that may. Your account, and signing out: /sign-in',
};

function redirect(response: ServerResponse, location: string): void {
  const headers = { location, vary: 'cookie' };
  sendText(response, { status: 303, type: 'text/plain; charset=utf-8', body: `See ${location}\n`, headers });
}

/** Plain text: the least that can be said where no page is shown. */
function sayProblem(response: ServerResponse, { status, message, headers = {} }: HttpProblem): void {
  sendText(response, { status, type: 'text/plain; charset=utf-8', body: `${message}\n`, headers });
}
