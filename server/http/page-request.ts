/**
 * What the pages' renderer may see of a request. It takes many headers and some parameters for the words of its own
 * infrastructure (a path that was matched elsewhere, a preview, an action); a client that sends them would decide what
 * is rendered. So it gets a list of plain headers and nothing else: no cookie, no token, no forwarded anything.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { BUILD_HEADER } from '../../lib/build-header';
import { LOCALE_HEADER, type PageLocale, USUAL_LOCALE_HEADER } from '../../lib/locale';

/** What rendering needs; the `next-…` and `rsc` ones are its client's for going from page to page. */
const PASSED: readonly string[] = [
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
  'host',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-router-state-tree',
  'next-url',
  'range',
  'rsc',
  'user-agent',
];

/** Parameters that it takes for parts of the path which it matched itself. */
const INTERNAL_PARAMETER = /^nxt[IP]|^__next/;

export interface PageRequestFacts {
  /** With the nonce: that is where the renderer looks for it. Absent: no page, but a script or style. */
  readonly policy: string | null;
  readonly secure: boolean;
  readonly address: string;
  /** In which language it is drawn. */
  readonly language: PageLocale;
  /** Which build it is of; absent: not told. */
  readonly build: string | undefined;
}

/** Leaves on the request only what the renderer may see. */
export function preparePageRequest(request: IncomingMessage, facts: PageRequestFacts): void {
  const passed = PASSED.flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const { host = '' } = request.headers;
  const headers: IncomingHttpHeaders = {
    // The names are those of the list.
    ...Object.fromEntries(passed),
    'x-forwarded-host': host,
    'x-forwarded-proto': facts.secure ? 'https' : 'http',
    'x-forwarded-for': facts.address,
    [LOCALE_HEADER]: facts.language.locale,
    [USUAL_LOCALE_HEADER]: facts.language.usual,
  };
  if (facts.build !== undefined) headers[BUILD_HEADER] = facts.build;
  if (facts.policy !== null) headers['content-security-policy'] = facts.policy;
  request.headers = headers;
  request.rawHeaders = Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);
}

export function hasInternalParameter(parameters: URLSearchParams): boolean {
  return [...parameters.keys()].some((name) => INTERNAL_PARAMETER.test(name));
}
