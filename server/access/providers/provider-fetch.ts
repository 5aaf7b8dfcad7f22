/**
 * The only way out to a provider: `fetch` as openid-client wants it, with a guard before and after. The host is checked
 * for every request, wherever its address came from; redirects are refused; a deadline and a bound hold for the whole
 * answer. What goes wrong is thrown as a ProviderProblem, which says what it means.
 */
import type { Readable } from 'node:stream';
import type { CustomFetch } from 'openid-client';
import { Agent, request } from 'undici';
import type { Clock } from '../../runtime/clock';
import { failure, messageOf } from '../../runtime/errors';
import { checkOutgoing, type OutgoingHosts } from './outgoing-hosts';
import { ProviderProblem } from './provider-failures';

export interface ProviderFetchOptions {
  readonly hosts: OutgoingHosts;
  readonly clock: Clock;
}

type FetchOptions = Parameters<CustomFetch>[1];

/** A person waits before the page meanwhile. */
export const ANSWER_TIMEOUT_MS = 5_000;
export const MAX_ANSWER_BYTES = 1_048_576;
/** What the library reads; nothing else of an answer's headers comes in. */
const HEADERS = ['content-type', 'www-authenticate', 'retry-after'] as const;

export function createProviderFetch({ hosts, clock }: ProviderFetchOptions): CustomFetch {
  // Its idle connections hold nothing up and end by themselves after 4 s; the deadline is ours, not undici's.
  const agent = new Agent({ connect: { timeout: ANSWER_TIMEOUT_MS }, headersTimeout: 0, bodyTimeout: 0 });
  return async (address, options) => {
    const url = checkOutgoing(address, hosts);
    if (!url.ok) throw problem('fatal', 'address.refused', `the provider's address ${url.error}`);
    const deadline = new AbortController();
    const cancel = clock.after(ANSWER_TIMEOUT_MS, () => deadline.abort());
    try {
      return await exchange(agent, url.value, options, deadline.signal);
    } catch (thrown) {
      throw deadline.signal.aborted ? late(url.value) : asProblem(thrown, url.value);
    } finally {
      cancel();
    }
  };
}

async function exchange(agent: Agent, url: URL, options: FetchOptions, signal: AbortSignal) {
  const { method, headers } = options;
  const answer = await request(url, {
    // The library asks by GET and POST only.
    method: method as 'GET' | 'POST',
    headers,
    // A form or nothing, for all that is asked of it here.
    body: options.body instanceof URLSearchParams ? options.body.toString() : null,
    signal,
    dispatcher: agent,
  });
  const status = answer.statusCode;
  if (status >= 300 && status < 400) {
    drop(answer.body);
    throw problem('fatal', 'redirect', `${url.host} redirects, which is not followed`, status);
  }
  const body = await readBounded(answer.body, url);
  const kept = HEADERS.flatMap((name) => {
    const value = answer.headers[name];
    return value === undefined ? [] : [[name, String(value)] as [string, string]];
  });
  return new Response(status === 204 || status === 205 ? null : body, { status, headers: kept });
}

async function readBounded(body: Readable, url: URL): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Without an encoding its chunks are buffers.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      drop(body);
      throw problem('retry', 'too.large', `${url.host} answered with more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Ends an answer that is not read to its end; that it ends with an error is no news. */
function drop(body: Readable): void {
  body.on('error', () => {});
  body.destroy();
}

function late(url: URL): ProviderProblem {
  return problem('retry', 'timeout', `${url.host} did not answer in ${ANSWER_TIMEOUT_MS} ms`);
}

function asProblem(thrown: unknown, url: URL): ProviderProblem {
  if (thrown instanceof ProviderProblem) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : messageOf(thrown);
  return problem('retry', 'network', `no answer from ${url.host} (${code})`);
}

function problem(kind: 'retry' | 'fatal', code: string, message: string, status: number | null = null) {
  return new ProviderProblem(failure(kind, code, message, { status }));
}
