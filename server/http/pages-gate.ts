/**
 * Stands in front of the pages: which there are, who may see them, and what their renderer is told. What the access
 * table does not list does not exist. Pages hold no figures: a page that is seen too early shows an empty frame.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_LOCALE, type Locale } from '../../lib/contracts/locale';
import type { PageLocale } from '../../lib/locale';
import { ACCESS_TABLE } from '../access/access-table';
import { decideFor, rowOf } from '../access/decide';
import type { Identity } from '../access/principal';
import type { SecretBytes } from '../runtime/secret-bytes';
import type { Admitted, Doorkeeper, Refusal } from './doorkeeper';
import { framersOf } from './framing';
import { type GateWord, gateWords } from './gate-words';
import { localeOfPage, type PageLocales } from './page-locale';
import { hasInternalParameter, preparePageRequest } from './page-request';
import { byOpenness, matchParts, patternParts } from './pattern-match';
import { type HttpProblem, sendText } from './reply';
import { allowFraming, newNonce, pagePolicy } from './security-headers';
import type { Target } from './target';

export interface PagesGateOptions {
  /** Names the running build. */
  readonly build?: string;
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
  const { request, target, address } = visit;
  const page = findPage(target);
  const problem = misdirected(request, target, page);
  const { locale } = languageOf(visit, page, options);
  if (problem !== null || page === null) {
    sayProblem(visit, problem ?? NOT_FOUND, locale);
    return;
  }
  const admitted = await options.doorkeeper.admit(request, {
    target: page.row,
    pace: page.isFile ? 'free' : 'plain',
    address,
    unseen: rowOf(page.row)?.anyone ?? false,
  });
  if (!admitted.ok) refuse(visit, admitted.error, locale);
  else if (isElsewhere(page, admitted.value)) sendHome(visit, locale);
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
function sendHome(visit: Visit, locale: Locale): void {
  if (isPartOfPage(visit.request)) sayProblem(visit, FORBIDDEN, locale);
  else redirect(visit.response, '/screen');
}

function refuse(visit: Visit, { problem, identity }: Refusal, locale: Locale): void {
  const { request, response, target } = visit;
  const isLost = problem.status === 401 || (problem.status === 403 && hasNoPage(identity));
  if (isLost && !isPartOfPage(request)) redirect(response, signInPath(target, request.url ?? '/'));
  else sayProblem(visit, problem.status === 403 ? { ...FORBIDDEN, code: problem.code } : problem, locale);
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
  const { request, response, address } = visit;
  const { host = '' } = request.headers;
  const secure = options.allowedOrigins.includes(`https://${host}`);
  const framers = framersOf(page.row, options.widgetFramers);
  const policy = page.isFile ? null : pagePolicy(newNonce(options.secretBytes), host, secure, framers);
  if (framers.length > 0) allowFraming(response);
  const language = languageOf(visit, page, options);
  preparePageRequest(request, { policy, secure, address, language, build: options.build });
  response.setHeader('content-security-policy', policy ?? "default-src 'none'; frame-ancestors 'none'");
  options.fallback(request, response);
}

/** Said in words of the catalogue. */
type GateProblem = HttpProblem & { readonly word: GateWord };
const NOT_FOUND = gateProblem(404, 'path.unknown', 'notFound');
const NOT_ALLOWED = {
  ...gateProblem(405, 'method.not-allowed', 'notAllowed'),
  headers: { allow: 'GET, HEAD' },
};
const FORBIDDEN = gateProblem(403, 'forbidden', 'forbidden');

function gateProblem(status: number, code: string, word: GateWord): GateProblem {
  return { status, code, word, message: gateWords(word, DEFAULT_LOCALE) };
}

function redirect(response: ServerResponse, location: string): void {
  const headers = { location, vary: 'cookie' };
  sendText(response, { status: 303, type: 'text/plain; charset=utf-8', body: `See ${location}\n`, headers });
}

/** Plain text: the least that can be said where no page is shown. */
function sayProblem({ response }: Visit, problem: HttpProblem | GateProblem, locale: Locale): void {
  const { status, message, headers = {} } = problem;
  const said = 'word' in problem ? gateWords(problem.word, locale) : message;
  const language = 'word' in problem ? locale : DEFAULT_LOCALE;
  sendText(response, {
    ...{ status, type: 'text/plain; charset=utf-8', body: `${said}\n` },
    headers: { ...headers, 'content-language': language },
  });
}

function languageOf({ request, target }: Visit, page: Page | null, options: PagesGateOptions): PageLocale {
  const asked = { row: page?.row ?? '', boardId: page?.ids.get('id') ?? null, headers: request.headers };
  return localeOfPage({ ...asked, parameters: target.parameters }, options.locales);
}
